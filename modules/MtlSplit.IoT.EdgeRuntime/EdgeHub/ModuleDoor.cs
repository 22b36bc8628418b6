using MtlSplit.IoT.EdgeRuntime.Identities;
using MtlSplit.IoT.HubGateway;
using MtlSplit.IoT.HubProtocol.Identities;

namespace MtlSplit.IoT.EdgeRuntime.EdgeHub;

/// <summary>Says whether a module of this device is who it says, by a token signed with its key; needs no hub. Thread-safe.</summary>
/// <param name="identities">The modules.</param>
/// <param name="device">This device.</param>
/// <param name="hosts">The names that tokens may be made for: the hub's, this device's.</param>
/// <param name="time">The clock.</param>
internal sealed class ModuleDoor(IModuleIdentities identities, HubIdentity device, IReadOnlyList<string> hosts, TimeProvider time)
{
    /// <summary>How far a module's clock may be behind.</summary>
    public static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);

    /// <summary>Checks a client.</summary>
    public ConnectDecision Check(ConnectRequest request)
    {
        var id = request.Username.Identity;
        if (!id.IsModule || id.DeviceId != device.DeviceId)
        {
            return ConnectDecision.Refuse(ConnectRefusal.NotAuthorised, $"{id} is no module of {device}");
        }

        return FaultOf(id, request.Password, out var expires) is { } fault ? ConnectDecision.Refuse(ConnectRefusal.NotAuthorised, fault) : ConnectDecision.Accept(expires);
    }

    /// <summary>What is wrong with a module's token; null: nothing.</summary>
    public string? FaultOf(HubIdentity id, string? password, out DateTimeOffset? expires)
    {
        expires = null;
        if (identities.Find(id.ModuleId!) is not { } module)
        {
            return $"{id} is not known";
        }

        if (!SasToken.TryParse(password, out var token))
        {
            return "it shows no token, or a malformed one";
        }

        expires = DateTimeOffset.FromUnixTimeSeconds(token.ExpiresAt);
        return !hosts.Any(host => token.Covers(host, id)) ? "the token is for another resource"
            : !token.IsSignedWith(module.Key) && !(module.SecondaryKey.Length > 0 && token.IsSignedWith(module.SecondaryKey)) ? "the token is not signed with its key"
            : token.IsExpired(time.GetUtcNow(), ClockSkew) ? "the token has expired"
            : null;
    }
}
