using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using MtlSplit.IoT.EdgeModule;
using MtlSplit.IoT.HubProtocol.Identities;

namespace MtlSplit.IoT.Benchmarks.Hub;

/// <summary>A module with our client, connected straight to the hub.</summary>
internal sealed class SimulatedModule : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ModuleClient _client;
    private TaskCompletionSource<long>? _wanted;
    private readonly SemaphoreSlim _one = new(1);
    private int _number = -1;
    private int _heard;
    private long _version;

    public SimulatedModule(HubProcess hub, HubIdentity id, string key)
    {
        Id = id;
        _client = ModuleClient.FromConnectionString(
            $"HostName=localhost;DeviceId={id.DeviceId};ModuleId={id.ModuleId};SharedAccessKey={key}",
            new ModuleClientOptions { Port = hub.MqttPort, AuthoritiesPem = hub.AuthoritiesPem, ConnectTimeout = Patience, TwinAttemptTimeout = Patience, TwinTimeout = Patience },
            TimeProvider.System,
            NullLogger.Instance);
    }

    public HubIdentity Id { get; }

    public Task ConnectAsync() => _client.OpenAsync().WaitAsync(Patience);

    /// <summary>Listens to its desired properties.</summary>
    public Task FollowAsync() => _client.SetDesiredPropertyHandlerAsync((change, _) =>
    {
        _heard = change.Desired["n"]?.GetValue<int>() ?? 0;
        _version = change.Version;
        if (change.Desired["n"]?.GetValue<int>() is { } number && number == Volatile.Read(ref _number))
        {
            Volatile.Read(ref _wanted)?.TrySetResult(Stopwatch.GetTimestamp());
        }

        return Task.CompletedTask;
    }).WaitAsync(Patience);

    public Task ReportAsync(int number) => _client.UpdateReportedPropertiesAsync(new JsonObject { ["n"] = number, ["state"] = "warm", ["bundle"] = new JsonObject { ["version"] = number } });

    /// <summary>Has a number desired and waits until the module has heard of it; gives when it did. One after the other: of two changes at once a module may hear in one.</summary>
    public async Task<long> HearAsync(int number, Func<Task> desire)
    {
        await _one.WaitAsync();
        try
        {
            var wanted = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
            Volatile.Write(ref _wanted, wanted);
            Volatile.Write(ref _number, number);
            await desire();
            return await wanted.Task.WaitAsync(Patience);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{Id} did not hear of {number} within {Patience}, but last of {_heard}, version {_version}.", e);
        }
        finally
        {
            _one.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        _one.Dispose();
    }
}
