namespace MtlSplit.IoT.DevHub.Access;

/// <summary>A name with two keys and what they allow. Immutable.</summary>
/// <param name="Name">The name, which tokens carry.</param>
/// <param name="Rights">What its holder may do.</param>
/// <param name="PrimaryKey">A key, base64.</param>
/// <param name="SecondaryKey">The other key, base64.</param>
internal sealed record AccessPolicy(string Name, AccessRights Rights, string PrimaryKey, string SecondaryKey)
{
    /// <summary>Nothing of it is secret in a log.</summary>
    public override string ToString() => Name;
}
