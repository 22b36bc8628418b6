using System.CommandLine;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using MtlSplit.IoT.Cli.Hubs;
using MtlSplit.IoT.Hosting.Commands;
using MtlSplit.IoT.Hosting.Running;

namespace MtlSplit.IoT.Cli.Devices;

/// <summary><c>mtlsplit device create</c>.</summary>
internal static class CreateCommand
{
    public static Command Create()
    {
        var id = DeviceCommand.Id();
        var leaf = new Option<bool>("--leaf") { Description = "A device that runs no modules; an IoT Edge device unless set." };
        var tags = DeviceTags.Option("A tag, by which deployments select devices; as often as you like.");
        var json = DeviceCommand.Json("Print the device as JSON.");
        var command = new Command("create", "Register a device, with keys of its own. One of the same id that is there already is refused.") { id, leaf, tags, json };
        var secret = DeviceSecret.AddTo(command);
        var hub = HubChoice.AddTo(command);
        command.SetAction((parsed, ct) => hub.RunAsync(
            parsed,
            async (service, stop) =>
            {
                var identity = await RegisterAsync(service, parsed.GetValue(id)!, edge: !parsed.GetValue(leaf), stop);
                var twin = await TagAsync(service, parsed.GetValue(id)!, DeviceTags.ToPatch(parsed.GetValue(tags)!), stop);
                Report(DeviceRow.Of(twin) with { ConnectionString = await secret.HandOutAsync(parsed, service, identity, stop) }, parsed.GetValue(json));
                return ExitCode.Done;
            },
            ct));
        return command.WithExamples(
            "mtlsplit device create vehicle-7 --tag ring=canary --connection-file data/vehicle-7.connection --hub-ca data/hub/ca.pem",
            "mtlsplit device create thermometer-1 --leaf --connection-string --json");
    }

    private static async Task<JsonObject> RegisterAsync(HubService service, string id, bool edge, CancellationToken ct)
    {
        // Keys from here tell a device that an attempt made whose answer was lost from somebody else's.
        var keys = new JsonObject { ["primaryKey"] = NewKey(), ["secondaryKey"] = NewKey() };
        var wanted = new JsonObject
        {
            ["deviceId"] = id,
            ["status"] = "enabled",
            ["capabilities"] = new JsonObject { ["iotEdge"] = edge },
            ["authentication"] = new JsonObject { ["type"] = "sas", ["symmetricKey"] = keys },
        };
        try
        {
            return await service.PutDeviceAsync(id, wanted, ct);
        }
        catch (HubServiceException e) when (e.Status == 409)
        {
            var there = await service.GetDeviceAsync(id, ct);
            return JsonNode.DeepEquals(there["authentication"]?["symmetricKey"], keys) ? there : throw new HubServiceException($"{id} is registered already.", e.Status, e);
        }
    }

    private static async Task<JsonObject> TagAsync(HubService service, string id, JsonObject tags, CancellationToken ct)
    {
        try
        {
            return tags.Count == 0 ? await service.GetTwinAsync(id, ct) : await service.SetTagsAsync(id, tags, ct);
        }
        catch (HubServiceException e)
        {
            throw new HubServiceException($"{id} is registered, but has no tags yet (mtlsplit device tag): {e.Message}", e.Status, e);
        }
    }

    private static string NewKey() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    private static void Report(DeviceRow device, bool json)
    {
        if (json)
        {
            Console.WriteLine(device.ToJson());
            return;
        }

        Console.WriteLine($"{device.Id} is registered{(device.Edge ? " as an edge device" : "")}{(device.Tags.Count > 0 ? $", {device.TagText()}" : "")}");
        if (device.ConnectionString is { } text)
        {
            Console.WriteLine(text);
        }
    }
}
