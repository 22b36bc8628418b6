using System.Security.Cryptography.X509Certificates;
using MtlSplit.IoT.DevHub.Registry;
using MtlSplit.IoT.DevHub.Registry.Identities;
using MtlSplit.IoT.HubProtocol.Errors;
using MtlSplit.IoT.HubProtocol.Identities;

namespace MtlSplit.IoT.DevHub.Access;

/// <summary>Who may call the REST interface. Thread-safe.</summary>
internal sealed class RequestAccess(AccessPolicies policies, HubHosts hosts, ClientProof proof, HubRegistry registry, TimeProvider time)
{
    /// <summary>Checks a request of a service.</summary>
    /// <param name="authorization">Its Authorization header.</param>
    /// <param name="path">Its path.</param>
    /// <param name="needed">What it needs to be allowed.</param>
    /// <exception cref="HubException">It may not.</exception>
    public Caller Require(string? authorization, string path, AccessRights needed)
    {
        if (!SasToken.TryParse(authorization, out var token))
        {
            throw Refuse(string.IsNullOrEmpty(authorization) ? "the Authorization header is missing" : "the token is malformed");
        }

        if (token.KeyName is not { } name)
        {
            throw Refuse("the token names no policy");
        }

        // Whether a policy exists is told to nobody who does not have its key.
        if (policies.Find(name) is not { } policy || !ClientProof.IsSigned(token, policy.PrimaryKey, policy.SecondaryKey))
        {
            throw Refuse("the token is not signed with the policy's key");
        }

        if (token.IsExpired(time.GetUtcNow(), ClientProof.ClockSkew))
        {
            throw Refuse("the token has expired");
        }

        if (!hosts.Cover(token, path))
        {
            throw Refuse("the token is for another resource");
        }

        return policy.Rights.HasFlag(needed) ? new Caller(name, null) : throw Refuse($"the policy {name} lacks {needed}");
    }

    /// <summary>
    /// Checks a request about the modules of one device, which an edge device may make for itself: with its own token or certificate, or with its
    /// $edgeAgent's. Nothing else is open to devices.
    /// </summary>
    /// <param name="authorization">The Authorization header.</param>
    /// <param name="certificate">What was shown in the TLS handshake.</param>
    /// <param name="device">The device that the request is about.</param>
    /// <exception cref="HubException">It may not.</exception>
    public Caller RequireOwnDevice(string? authorization, X509Certificate2? certificate, HubIdentity device)
    {
        var self = registry.State.Find(device);
        if (self is not { Identity: { Enabled: true, IsEdge: true } })
        {
            // The same words whether the device is unknown, disabled or no edge device: callers who are nobody learn nothing.
            throw Refuse("the token is for another resource");
        }

        var agent = registry.State.Find(new HubIdentity(device.DeviceId, IdentityRegistration.RuntimeModules[0]));
        var own = proof.Check(self, authorization, certificate);
        if (own.Fault is null)
        {
            return new Caller(null, self.Id);
        }

        return agent is not null && proof.Check(agent, authorization, certificate).Fault is null ? new Caller(null, agent.Id) : throw Refuse(own.Fault);
    }

    /// <summary>
    /// Checks a request that every device, module and service of the hub may make. Its path names nobody, so a token's resource says whose it is, and a
    /// certificate's common name, which must be the client identifier here even where a thumbprint proves the rest.
    /// </summary>
    /// <param name="authorization">The Authorization header.</param>
    /// <param name="certificate">What was shown in the TLS handshake.</param>
    /// <param name="path">The path.</param>
    /// <exception cref="HubException">It may not.</exception>
    public Caller RequireAnyone(string? authorization, X509Certificate2? certificate, string path)
    {
        IReadOnlyList<HubIdentity> candidates;
        if (SasToken.TryParse(authorization, out var token))
        {
            candidates = token.Candidates();
        }
        else
        {
            var name = string.IsNullOrEmpty(authorization) ? certificate?.GetNameInfo(X509NameType.SimpleName, forIssuer: false) : null;
            candidates = HubIdentity.TryParse(name, out var named) ? [named] : [];
        }

        if (candidates.Count == 0)
        {
            return string.IsNullOrEmpty(authorization) && certificate is not null
                ? throw Refuse("the certificate's common name is no client identifier")
                : Require(authorization, path, AccessRights.None);
        }

        var state = registry.State;
        var fault = "it is of no device or module of this hub";
        foreach (var id in candidates)
        {
            if (state.Find(id) is { Identity.Enabled: true } entry && state.Devices[id.DeviceId].Self.Identity.Enabled)
            {
                if (proof.Check(entry, authorization, certificate).Fault is not { } why)
                {
                    return new Caller(null, id);
                }

                fault = why;
            }
        }

        throw Refuse(fault);
    }

    /// <summary>Whether a request is made with a policy's key, not a device's.</summary>
    public static bool IsOfService(string? authorization) => SasToken.TryParse(authorization, out var token) && token.KeyName is not null;

    private static HubException Refuse(string why) => new(HubErrors.IotHubUnauthorizedAccess, $"Unauthorized: {why}.");
}
