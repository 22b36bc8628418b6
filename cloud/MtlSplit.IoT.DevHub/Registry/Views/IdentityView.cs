using System.Globalization;
using System.Text.Json.Nodes;
using MtlSplit.IoT.DevHub.Registry.Records;

namespace MtlSplit.IoT.DevHub.Registry.Views;

/// <summary>Identities as the service's REST interface shows them. Each call makes a new object.</summary>
internal static class IdentityView
{
    /// <summary>A device or module, keys included.</summary>
    public static JsonObject ToJson(IdentityRecord identity)
    {
        var view = new JsonObject { ["deviceId"] = identity.Id.DeviceId };
        if (identity.Id.ModuleId is { } module)
        {
            view["moduleId"] = module;
            view["managedBy"] = identity.ManagedBy;
        }

        view["generationId"] = identity.GenerationId;
        view["etag"] = EtagCondition.Format(identity.Etag);
        view["connectionState"] = ConnectionState(identity);
        view["connectionStateUpdatedTime"] = Time(identity.ConnectionUpdated);
        view["lastActivityTime"] = Time(identity.LastActivity);
        view["cloudToDeviceMessageCount"] = 0;
        if (!identity.Id.IsModule)
        {
            view["status"] = Status(identity);
            view["statusReason"] = identity.StatusReason;
            view["statusUpdatedTime"] = Time(identity.StatusUpdated);
            view["capabilities"] = new JsonObject { ["iotEdge"] = identity.IsEdge };
            if (identity.DeviceScope is { } scope)
            {
                view["deviceScope"] = scope;
            }
        }

        view["authentication"] = Authentication(identity.Authentication);
        return view;
    }

    /// <summary>"Connected" or "Disconnected".</summary>
    public static string ConnectionState(IdentityRecord identity) => identity.Connected ? "Connected" : "Disconnected";

    /// <summary>"enabled" or "disabled".</summary>
    public static string Status(IdentityRecord identity) => identity.Enabled ? "enabled" : "disabled";

    /// <summary>The name of a way to prove an identity.</summary>
    public static string Kind(AuthenticationKind kind) => kind switch
    {
        AuthenticationKind.Sas => "sas",
        AuthenticationKind.SelfSigned => "selfSigned",
        AuthenticationKind.CertificateAuthority => "certificateAuthority",
        _ => "none",
    };

    /// <summary>A time in ISO 8601; what never happened is the year 1.</summary>
    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);

    private static JsonObject Authentication(Authentication proof) => new()
    {
        ["symmetricKey"] = new JsonObject { ["primaryKey"] = proof.PrimaryKey, ["secondaryKey"] = proof.SecondaryKey },
        ["x509Thumbprint"] = new JsonObject { ["primaryThumbprint"] = proof.PrimaryThumbprint, ["secondaryThumbprint"] = proof.SecondaryThumbprint },
        ["type"] = Kind(proof.Kind),
    };
}
