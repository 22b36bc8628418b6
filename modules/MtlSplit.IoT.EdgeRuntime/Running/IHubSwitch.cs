namespace MtlSplit.IoT.EdgeRuntime.Running;

/// <summary>edgeHub as something that is on or off. Calls come one after the other.</summary>
internal interface IHubSwitch
{
    /// <summary>Modules can connect when it returns.</summary>
    Task StartAsync(CancellationToken ct);

    /// <summary>Modules are disconnected when it returns; what waits is on disk.</summary>
    Task StopAsync();
}
