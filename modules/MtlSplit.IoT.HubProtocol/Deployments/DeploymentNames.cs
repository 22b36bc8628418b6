using System.Buffers;

namespace MtlSplit.IoT.HubProtocol.Deployments;

/// <summary>What modules, routes, registries and environment variables may be called in a deployment.</summary>
public static class DeploymentNames
{
    /// <summary>The module that brings the device to what it should be.</summary>
    public const string EdgeAgent = "$edgeAgent";

    /// <summary>The module that modules and devices connect to.</summary>
    public const string EdgeHub = "$edgeHub";

    private static readonly SearchValues<char> ModuleCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");

    /// <summary>Whether a module of the author's may be called so: letters, digits, <c>_</c> and <c>-</c>.</summary>
    public static bool IsModule(string name) => name.Length is > 0 and <= 128 && !name.AsSpan().ContainsAnyExcept(ModuleCharacters);

    /// <summary>Whether a route or registry may be called so: no <c>. $ #</c> and no white space.</summary>
    public static bool IsPlain(string name) => name.Length > 0 && !name.Any(c => c is '.' or '$' or '#' || char.IsWhiteSpace(c) || char.IsControl(c));

    /// <summary>Whether an environment variable may be called so: no <c>+ # $ .</c> and no white space.</summary>
    public static bool IsVariable(string name) => IsPlain(name) && !name.Contains('+', StringComparison.Ordinal);
}
