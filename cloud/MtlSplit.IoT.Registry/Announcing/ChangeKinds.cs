namespace MtlSplit.IoT.Registry.Announcing;

/// <summary>The word for each kind of change: the last level of an event's topic, and the end of its type.</summary>
public static class ChangeKinds
{
    /// <summary>The word.</summary>
    public static string Word(this ChangeKind kind) => kind switch
    {
        ChangeKind.HeadRegistered => "head-registered",
        ChangeKind.RunAccepted => "run-accepted",
        ChangeKind.RunRefused => "run-refused",
        ChangeKind.BundleRegistered => "bundle-registered",
        ChangeKind.Promoted => "head-promoted",
        ChangeKind.RolledBack => "head-rolled-back",
        ChangeKind.ShadowChanged => "head-shadow-changed",
        ChangeKind.Collected => "registry-collected",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No such kind."),
    };
}
