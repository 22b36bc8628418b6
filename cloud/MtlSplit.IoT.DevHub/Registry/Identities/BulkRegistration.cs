using System.Text.Json.Nodes;
using MtlSplit.IoT.DevHub.Serving;
using MtlSplit.IoT.HubProtocol.Errors;
using MtlSplit.IoT.HubProtocol.Identities;

namespace MtlSplit.IoT.DevHub.Registry.Identities;

/// <summary>Many devices in one request. Each is a change of its own: what fails is reported and the others are made.</summary>
internal static class BulkRegistration
{
    /// <summary>Carries out the request.</summary>
    /// <exception cref="HubException">It has no or too many items.</exception>
    public static HubReply Run(HubRegistry registry, JsonArray items)
    {
        if (items.Count is 0 or > HubLimits.BulkDevices)
        {
            throw Bodies.Invalid($"The body must have 1 to {HubLimits.BulkDevices} devices.");
        }

        JsonArray errors = [];
        foreach (var item in items)
        {
            var name = (item as JsonObject)?["id"]?.ToString() ?? "";
            try
            {
                Apply(registry, item as JsonObject ?? throw Bodies.Invalid("Each item must be an object."));
            }
            catch (HubException e)
            {
                errors.Add(new JsonObject { ["deviceId"] = name, ["errorCode"] = e.Code.Number, ["errorStatus"] = e.Message });
            }
        }

        return new HubReply(
            errors.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest,
            new JsonObject { ["isSuccessful"] = errors.Count == 0, ["errors"] = errors, ["warnings"] = new JsonArray() });
    }

    private static void Apply(HubRegistry registry, JsonObject item)
    {
        if (!HubIdentity.TryCreate(Bodies.Text(item, "id"), Bodies.Text(item, "moduleId") is { Length: > 0 } module ? module : null, out var id))
        {
            throw Bodies.Wrong("id", "the id of a device");
        }

        var body = IdentityBody.Read(item, id);
        var known = EtagCondition.Parse(Bodies.Text(item, "eTag") ?? Bodies.Text(item, "etag"));
        var named = Bodies.Text(item, "importMode") ?? "createOrUpdate";
        // Microsoft's SDKs do not agree on the case of its first letter.
        var mode = named.ToUpperInvariant();
        registry.Change(change =>
        {
            var present = change.State.Find(id);
            switch (mode)
            {
                case "CREATE":
                    IdentityRegistration.Put(change, id, body, default);
                    break;
                case "UPDATE":
                    IdentityRegistration.Put(change, id, body, new EtagCondition(true, null));
                    break;
                case "UPDATEIFMATCHETAG":
                    IdentityRegistration.Put(change, id, body, known with { Given = true });
                    break;
                case "CREATEORUPDATE":
                case "CREATEORUPDATEIFMATCHETAG":
                    IdentityRegistration.Put(change, id, body, present is null ? default : new EtagCondition(true, mode == "CREATEORUPDATE" ? null : known.Expected));
                    break;
                case "DELETE":
                    IdentityRegistration.Delete(change, id, default);
                    break;
                case "DELETEIFMATCHETAG":
                    IdentityRegistration.Delete(change, id, known);
                    break;
                default:
                    throw Bodies.Invalid($"importMode '{named}' is not supported.");
            }

            return id;
        });
    }
}
