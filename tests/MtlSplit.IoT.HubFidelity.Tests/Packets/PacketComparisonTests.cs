using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using MtlSplit.IoT.EdgeModule;
using MtlSplit.IoT.HubFidelity.Tests.Cases;
using MtlSplit.IoT.HubProtocol.Messages;
using MtlSplit.IoT.HubProtocol.Methods;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.HubFidelity.Tests.Packets;

/// <summary>
/// Microsoft's client and ours do the same, operation by operation, before a server that is neither's; every packet is compared field by field. What
/// differs is listed, each with its reason: nothing else may differ, and what no longer differs must leave the list.
/// </summary>
public sealed class PacketComparisonTests(ITestOutputHelper output)
{
    private const string Audience = "sr=mtl-hub.local%2Fdevices%2Fd%401%2Fmodules%2Fhead%282%29";
    private const string AudienceTwice = "sr=mtl-hub.local%2Fdevices%2Fd%25401%2Fmodules%2Fhead%25282%2529";
    private const string Patch = "PUBLISH $iothub/twin/PATCH/properties/reported/";

    /// <summary>Every field that differs on purpose, and why.</summary>
    private static readonly (Difference Difference, string Reason)[] Known =
    [
        .. OfEveryConnection("CONNECT", new("", "keep alive", "180 s", "60 s"), "A link that is lost without a word should not take minutes to be noticed."),
        .. OfEveryConnection("CONNECT", new("", "user name: product", "azure-iot-device", "MtlSplit.IoT.EdgeModule"), "Each says its own name."),
        .. OfEveryConnection("CONNECT", new("", "password: part 1", Audience, AudienceTwice), "As the .NET SDK, which encodes ids twice. A hub takes the signed text as it stands, and decodes ids once more when it compares."),
        (new("PUBLISH $iothub/twin/GET/", "payload", " ", ""), "As the .NET SDK; the request has no body, and Node's library cannot send none."),
        (new("PUBLISH $iothub/twin/GET/", "how many", "1", "2"), "Who begins to follow desired properties is first told how they stand, and does not rely on a twin that was read before."),
        (new(Patch, "payload", """{"a":1,"b":null,"ü":"é"}""", """{"a":1,"b":null,"\u00FC":"\u00E9"}"""), "The same JSON, in characters that survive any reader."),
        (new("PUBLISH event '010203'", "property 7", "it's%20(not)%20*%20so!=~-._", "it%27s%20%28not%29%20%2A%20so%21=~-._"), "As the .NET SDK: all that RFC 3986 reserves is encoded, which every reader decodes."),
        (new("PUBLISH event '010203' to an output", "property 8", "it's%20(not)%20*%20so!=~-._", "it%27s%20%28not%29%20%2A%20so%21=~-._"), "The same."),
        (new("PUBLISH event '010203' to an output", "topic: after the properties", "/", ""), "Node ends topics of outputs with a slash, and others without; hubs take both."),
        (new("PUBLISH event '{}' to an output", "topic: after the properties", "/", ""), "The same."),
        .. new[] { "$iothub/twin/res/#", "devices/d@1/modules/head(2)/inputs/#", "$iothub/methods/POST/#", "$iothub/twin/PATCH/properties/desired/#" }
            .Select(filter => (new Difference($"SUBSCRIBE {filter} over connection 2", "how many", "0", "1"), "Node relies on the session. A hub may have lost it and say otherwise: edgeHub after it was updated.")),
        (new("PUBLISH $iothub/twin/GET/ over connection 2", "how many", "0", "1"), "Changes of desired properties between two connections are told to nobody: Node leaves it to the module to ask, this client asks."),
    ];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EveryPacket_FieldByField_DiffersOnlyWhereItIsMeantTo()
    {
        Assert.SkipUnless(CaseFiles.HavePackages, "Microsoft's Node packages are not installed: .ci/install");
        var node = await RecordAsync(NodeAsync);
        var ours = await RecordAsync(OursAsync);

        var differences = Compare(node, ours, out var fields);

        output.WriteLine($"{node.Count} packets of Microsoft's client, {ours.Count} of ours, {fields} fields compared, {differences.Count} differences");
        Assert.True(node.Count >= 15 && fields >= 100, $"{node.Count} packets, {fields} fields");
        var known = Known.Select(one => one.Difference).ToList();
        string[] wrong = [.. differences.Except(known).Select(one => $"not listed: {one}"), .. known.Except(differences).Select(one => $"listed, but not so: {one}")];
        Assert.True(wrong.Length == 0, string.Join(Environment.NewLine, wrong));
    }

    private static IEnumerable<(Difference Difference, string Reason)> OfEveryConnection(string packet, Difference difference, string reason) =>
        [(difference with { Packet = packet }, reason), (difference with { Packet = $"{packet} over connection 2" }, reason)];

    private static List<Difference> Compare(List<PacketFields> node, List<PacketFields> ours, out int count)
    {
        List<Difference> differences = [];
        count = 0;
        foreach (var name in node.Concat(ours).Select(packet => packet.Name).Distinct())
        {
            var (theirs, mine) = (node.Where(packet => packet.Name == name).ToList(), ours.Where(packet => packet.Name == name).ToList());
            if (theirs.Count != mine.Count)
            {
                differences.Add(new(name, "how many", $"{theirs.Count}", $"{mine.Count}"));
            }

            foreach (var (their, my) in theirs.Zip(mine))
            {
                foreach (var field in their.Fields.Concat(my.Fields).Select(field => field.Key).Distinct())
                {
                    count++;
                    var (a, b) = (Find(their, field), Find(my, field));
                    if (a != b)
                    {
                        differences.Add(new(name, field, a, b));
                    }
                }
            }
        }

        // The order, of what both send as often.
        bool Both(PacketFields packet) => node.Count(one => one.Name == packet.Name) == ours.Count(one => one.Name == packet.Name);
        count++;
        var (order, myOrder) = (Order(node.Where(Both)), Order(ours.Where(Both)));
        if (order != myOrder)
        {
            differences.Add(new("all", "order", order, myOrder));
        }

        return differences;
    }

    private static string Order(IEnumerable<PacketFields> packets) => string.Join(", ", packets.Select(packet => packet.Name));

    private static string? Find(PacketFields packet, string field)
    {
        var values = packet.Fields.Where(one => one.Key == field).Select(one => one.Value).ToList();
        return values.Count == 0 ? null : string.Join(" | ", values);
    }

    private static async Task<List<PacketFields>> RecordAsync(Func<RecordingHub, LeapingClock, Task> act)
    {
        await using var hub = new RecordingHub();
        var clock = new LeapingClock();
        await act(hub, clock);
        // A client that has said goodbye may be gone before the goodbye is read.
        await hub.Server.UntilAsync(frames => frames.Any(frame => frame is { Link: 1, Type: 14 }), "the goodbye of the second connection");
        var (first, second) = (TimeProvider.System.GetUtcNow(), clock.GetUtcNow());
        return [.. hub.Server.Frames.Select(frame => PacketFields.Of(frame, frame.Link == 0 ? first : second)).OfType<PacketFields>()];
    }

    private static async Task NodeAsync(RecordingHub hub, LeapingClock clock)
    {
        using var process = Process.Start(new ProcessStartInfo("node", [Path.Combine(CaseFiles.Folder, "packets.mjs"), hub.ConnectionString, hub.Authority])
        {
            WorkingDirectory = CaseFiles.Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        try
        {
            var said = Task.WhenAll(process.StandardOutput.ReadToEndAsync(Ct), process.StandardError.ReadToEndAsync(Ct));
            await Expect.WithinAsync(process.WaitForExitAsync(Ct), "Node.js is done", TimeSpan.FromMinutes(1));
            Assert.True((await said)[0].Trim() == "done", string.Join(Environment.NewLine, await said));
        }
        finally
        {
            process.Kill();
        }
    }

    private static async Task OursAsync(RecordingHub hub, LeapingClock clock)
    {
        var options = new ModuleClientOptions { AuthoritiesPem = await File.ReadAllTextAsync(hub.Authority, Ct) };
        await using var client = ModuleClient.FromConnectionString(hub.ConnectionString, options, clock, NullLogger.Instance);
        await Expect.WithinAsync(client.OpenAsync(Ct), "the connection");
        await Expect.WithinAsync(client.GetTwinAsync(Ct), "the twin");
        await Expect.WithinAsync(client.UpdateReportedPropertiesAsync(new JsonObject { ["a"] = 1, ["b"] = null, ["ü"] = "é" }, Ct), "the change");

        var full = new HubMessage
        {
            Body = new byte[] { 1, 2, 3 },
            System = MessageProperties.None with { MessageId = "m 1/ü", CorrelationId = "c&=?", UserId = "u+1", ContentType = "application/json", ContentEncoding = "utf-8" },
            Properties = [new("temp alert", "tru/e&?%+"), new("it's (not) * so!", "~-._"), new("empty", "")],
        };
        await Expect.WithinAsync(client.SendEventAsync(full, Ct), "an event");
        await Expect.WithinAsync(client.SendEventAsync("out 1", full, Ct), "an event of an output");
        await Expect.WithinAsync(client.SendEventAsync(new HubMessage(), Ct), "an empty event");
        await Expect.WithinAsync(client.SendEventAsync("plain", new HubMessage { Body = "{}"u8.ToArray() }, Ct), "an event of another output");

        await client.SetInputHandlerAsync("in", (_, _) => Task.FromResult(InputAnswer.Completed), Ct);
        await hub.Server.UntilAsync(frames => frames.Any(frame => frame.Type == 4), "the message is acknowledged");
        await client.SetMethodHandlerAsync("answers", (_, _) => Task.FromResult(new MethodResult(207, new JsonObject { ["x"] = 1 })), Ct);
        await hub.Server.UntilAsync(_ => hub.Server.Publishes.Any(publish => publish.Topic.StartsWith("$iothub/methods/res/", StringComparison.Ordinal)), "the call is answered");
        var last = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await client.SetDesiredPropertyHandlerAsync(
            (change, _) =>
            {
                if (change.Desired["last"] is not null)
                {
                    last.TrySetResult();
                }

                return Task.CompletedTask;
            },
            Ct);
        await Expect.WithinAsync(last.Task, "the change of the desired properties");

        // Its token has lived 85 % of its life.
        clock.Leap(TimeSpan.FromMinutes(55));
        await hub.Server.LinkAsync(1);
        await Expect.UntilAsync(() => client.State == ModuleState.Connected, "it is connected anew");
        await Expect.WithinAsync(client.SendEventAsync(new HubMessage { Body = Encoding.UTF8.GetBytes("after") }, Ct), "an event");
        await client.CloseAsync(Ct);
    }
}
