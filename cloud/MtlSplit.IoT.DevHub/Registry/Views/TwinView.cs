using System.Text.Json.Nodes;
using MtlSplit.IoT.DevHub.Registry.Records;

namespace MtlSplit.IoT.DevHub.Registry.Views;

/// <summary>Twins as services and queries see them. Each call makes a new object.</summary>
internal static class TwinView
{
    /// <summary>A whole twin.</summary>
    public static JsonObject ToJson(HubEntry entry)
    {
        var (identity, twin) = (entry.Identity, entry.Twin);
        var view = new JsonObject { ["deviceId"] = identity.Id.DeviceId };
        if (identity.Id.ModuleId is { } module)
        {
            view["moduleId"] = module;
        }

        view["etag"] = EtagCondition.Format(twin.Etag);
        view["deviceEtag"] = EtagCondition.Format(identity.Etag);
        view["status"] = IdentityView.Status(identity);
        if (identity.StatusReason is { } reason)
        {
            view["statusReason"] = reason;
        }

        view["statusUpdateTime"] = IdentityView.Time(identity.StatusUpdated);
        view["connectionState"] = IdentityView.ConnectionState(identity);
        view["lastActivityTime"] = IdentityView.Time(identity.LastActivity);
        view["cloudToDeviceMessageCount"] = 0;
        view["authenticationType"] = IdentityView.Kind(identity.Authentication.Kind);
        view["x509Thumbprint"] = new JsonObject { ["primaryThumbprint"] = identity.Authentication.PrimaryThumbprint, ["secondaryThumbprint"] = identity.Authentication.SecondaryThumbprint };
        view["modelId"] = "";
        view["version"] = twin.Version;
        view["tags"] = twin.Tags.DeepClone();
        view["properties"] = new JsonObject { ["desired"] = twin.Desired.ToServiceJson(), ["reported"] = twin.Reported.ToServiceJson() };
        if (!identity.Id.IsModule)
        {
            view["capabilities"] = new JsonObject { ["iotEdge"] = identity.IsEdge };
            if (identity.DeviceScope is { } scope)
            {
                view["deviceScope"] = scope;
            }
        }

        if (identity.Id.ModuleId is null or "$edgeAgent")
        {
            view["configurations"] = twin.Configurations.DeepClone();
        }

        return view;
    }
}
