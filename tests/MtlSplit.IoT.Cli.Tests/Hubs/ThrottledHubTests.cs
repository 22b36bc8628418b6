using System.Text.Json.Nodes;
using MtlSplit.IoT.Cli.Tests.Processes;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.Cli.Tests.Hubs;

/// <summary>Commands before a hub that keeps Azure's limits.</summary>
public sealed class ThrottledHubTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mtlsplit-throttled-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Commands_ThatAreThrottled_GetThroughAllTheSame()
    {
        var ready = Path.Combine(_folder.FullName, "ready.json");
        await using var hub = Mtlsplit.Start(
            new Dictionary<string, string> { ["MTLSPLIT_Hub__Throttling__Burst"] = "00:00:01" },
            "hub", "--data", Path.Combine(_folder.FullName, "hub"), "--https-port", "0", "--mqtt-port", "0", "--ready-file", ready, "--throttle", "s1");
        try
        {
            await Expect.UntilAsync(() => File.Exists(ready) && new FileInfo(ready).Length > 0, $"the hub is ready; it said: {hub.Log}", TimeSpan.FromMinutes(1));
            var at = JsonNode.Parse(await File.ReadAllTextAsync(ready, TestContext.Current.CancellationToken))!;
            var connection = (await File.ReadAllTextAsync(at["connectionStringFile"]!.GetValue<string>(), TestContext.Current.CancellationToken)).Trim()
                .Replace("HostName=localhost;", $"HostName=localhost:{at["httpsPort"]!.GetValue<int>()};", StringComparison.Ordinal);

            // Queries are free every three seconds.
            var lists = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Mtlsplit.RunAsync("device", "list", "--hub", connection, "--hub-ca", at["authority"]!.GetValue<string>())));

            Assert.All(lists, list => Assert.True(list.Exit == 0, list.Said));
            Assert.Contains("Queries are above the limit of", hub.Log, StringComparison.Ordinal);
        }
        finally
        {
            hub.Terminate();
            Assert.Equal(0, await hub.ExitAsync());
        }
    }

    [Theory]
    [InlineData("s9")]
    [InlineData("s1:many")]
    [InlineData("s1:0")]
    [InlineData("1")]
    public async Task WhatIsNoTier_IsNamed(string tier)
    {
        var (exit, said) = await Mtlsplit.RunAsync("hub", "--data", _folder.FullName, "--throttle", tier);

        Assert.Equal(2, exit);
        Assert.Contains(tier == "s1:0" ? "Hub:Throttling:Units" : $"'{tier}' is not None, S1, S2, S3", said, StringComparison.Ordinal);
    }
}
