using System.Text.Json.Nodes;
using MtlSplit.IoT.Testing.Processes;
using MtlSplit.IoT.Testing.Waiting;

namespace MtlSplit.IoT.DevHub.Tests.Running;

/// <summary>The hub as it ships, on free ports, and its REST interface.</summary>
internal sealed class RunningHub : IAsyncDisposable
{
    private readonly HubRest _rest;

    private RunningHub(ProgramUnderTest program, JsonObject at)
    {
        Program = program;
        _rest = new HubRest(at);
    }

    public ProgramUnderTest Program { get; }

    /// <summary>What it wrote into its ready file.</summary>
    public JsonObject At => _rest.At;

    public string ConnectionString => _rest.ConnectionString;

    /// <summary>Starts it on a folder of data.</summary>
    /// <param name="data">The folder.</param>
    /// <param name="more">More of the command line.</param>
    public static Task<RunningHub> StartAsync(string data, params IReadOnlyList<string> more) => StartAsync(data, more, new Dictionary<string, string>());

    /// <summary>Starts it on a folder of data.</summary>
    /// <param name="data">The folder.</param>
    /// <param name="more">More of the command line.</param>
    /// <param name="environment">Variables that it gets.</param>
    public static async Task<RunningHub> StartAsync(string data, IReadOnlyList<string> more, IReadOnlyDictionary<string, string> environment)
    {
        var ready = Path.Combine(data, "ready.json");
        File.Delete(ready);
        var program = ProgramUnderTest.Start("MtlSplit.IoT.DevHub", environment, ["hub", "--data", data, "--https-port", "0", "--mqtt-port", "0", "--ready-file", ready, .. more]);
        await Expect.UntilAsync(() => File.Exists(ready), "the hub listens");
        return new RunningHub(program, JsonNode.Parse(await File.ReadAllTextAsync(ready))!.AsObject());
    }

    /// <summary>One request with the owner's key.</summary>
    public Task<(int Status, JsonNode? Body)> SendAsync(string method, string path, string? body = null, string? ifMatch = null) => _rest.SendAsync(method, path, body, ifMatch);

    public async ValueTask DisposeAsync()
    {
        _rest.Dispose();
        await Program.DisposeAsync();
    }
}
