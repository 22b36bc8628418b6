namespace MtlSplit.IoT.Shapes3D;

/// <summary>From which scenes a schedule draws.</summary>
public enum ScheduledScenes
{
    /// <summary>All 480,000.</summary>
    All,

    /// <summary>Those that training may see.</summary>
    Training,

    /// <summary>Those that training never sees.</summary>
    Test,
}
