using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using MtlSplit.IoT.EdgeModule;
using MtlSplit.IoT.EdgeModule.Identity;
using MtlSplit.IoT.HubProtocol.Messages;
using MtlSplit.IoT.HubProtocol.Methods;

namespace MtlSplit.IoT.EdgeRuntime.Tests.Devices;

/// <summary>A module: reports what is desired of it, sends what it is told to, reports and passes on what comes to its input.</summary>
internal static class TestModule
{
    public static async Task<int> RunAsync()
    {
        using var stop = new CancellationTokenSource();
        using var term = System.Runtime.InteropServices.PosixSignalRegistration.Create(System.Runtime.InteropServices.PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            stop.Cancel();
        });
        Console.WriteLine("the test module runs");
        await using var client = ModuleClient.FromEnvironment(ModuleEnvironment.OfProcess(), new ModuleClientOptions(), TimeProvider.System, NullLogger.Instance);
        await client.SetMethodHandlerAsync("send", async (call, ct) =>
        {
            foreach (var text in call.Payload!["texts"]!.AsArray())
            {
                await client.SendEventAsync(call.Payload["output"]!.GetValue<string>(), new HubMessage { Body = Encoding.UTF8.GetBytes(text!.GetValue<string>()) }, ct);
            }

            return new MethodResult(200, JsonValue.Create("sent"));
        });
        List<string> heard = [];
        await client.SetInputHandlerAsync("in", async (message, ct) =>
        {
            lock (heard)
            {
                heard.Add(Encoding.UTF8.GetString(message.Body.Span));
            }

            await client.SendEventAsync("echo", new HubMessage { Body = Encoding.UTF8.GetBytes($"echo {Encoding.UTF8.GetString(message.Body.Span)}") }, ct);
            return InputAnswer.Completed;
        });
        await client.SetDesiredPropertyHandlerAsync((change, ct) => client.UpdateReportedPropertiesAsync(
            new JsonObject { ["seen"] = change.Desired["wish"]?.DeepClone(), ["pid"] = Environment.ProcessId, ["mood"] = Environment.GetEnvironmentVariable("MOOD") }, ct));
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop.Token);
        }
        catch (OperationCanceledException)
        {
            // Asked to end.
        }

        return 0;
    }
}
