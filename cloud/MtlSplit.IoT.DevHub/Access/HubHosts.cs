using MtlSplit.IoT.HubProtocol.Identities;

namespace MtlSplit.IoT.DevHub.Access;

/// <summary>The names for which a token may be made. Immutable.</summary>
/// <param name="names">The hub's own name first.</param>
internal sealed class HubHosts(IReadOnlyList<string> names)
{
    /// <summary>All of them.</summary>
    public IReadOnlyList<string> Names { get; } = names;

    /// <summary>The hub's own name.</summary>
    public string Own => Names[0];

    /// <summary>Whether a token is for this identity at this hub.</summary>
    public bool Cover(SasToken token, HubIdentity identity) => Names.Any(name => token.Covers(name, identity));

    /// <summary>Whether a token is for this path at this hub.</summary>
    public bool Cover(SasToken token, string path) => Names.Any(name => token.CoversPath(name, path));
}
