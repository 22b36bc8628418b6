using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using MtlSplit.IoT.EdgeModule;
using MtlSplit.IoT.EdgeRuntime.Deploying;
using MtlSplit.IoT.EdgeRuntime.Reporting;
using MtlSplit.IoT.EdgeRuntime.Running;
using DeployingLog = MtlSplit.IoT.EdgeRuntime.Deploying.Log;

namespace MtlSplit.IoT.EdgeRuntime.Agent;

/// <summary>
/// The device's agent, <c>$edgeAgent</c> at the hub: takes the deployment from its desired properties, has it carried out, and reports. What happens, a new
/// deployment, a module that ended or a pause that is over, starts a round; rounds come one after the other.
/// </summary>
internal sealed class EdgeAgent(
    IModuleClient client, Reconciler reconciler, RunnerSet runners, IReadOnlyList<IModuleRunner> sources, ModuleHistory history, DeploymentFile file, TimeSpan retryPause, TimeProvider time, ILogger logger) : IDisposable
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(3);

    private readonly Channel<bool> _reasons = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly SemaphoreSlim _turn = new(1);
    private readonly TwinReporter _reporter = new(client, time, logger);
    private readonly DateTimeOffset _started = time.GetUtcNow();
    private volatile Deployment _deployment = Deployment.None;
    private JsonObject _reported = [];
    private int _failures;

    /// <summary>Runs until its token ends; then ends the modules and takes leave of the hub.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        _deployment = file.Read();
        foreach (var source in sources)
        {
            source.Changed += Wake;
        }

        using var life = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var reporting = _reporter.RunAsync(life.Token);
        var listening = ListenAsync(life.Token);
        Wake();
        try
        {
            await LoopAsync(ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // Asked to stop.
        }

        await life.CancelAsync();
        await Task.WhenAll(reporting, listening).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await reconciler.StopAllAsync(CancellationToken.None);
        await TakeLeaveAsync();
    }

    public void Dispose()
    {
        _turn.Dispose();
        _reporter.Dispose();
    }

    private void Wake() => _reasons.Writer.TryWrite(true);

    private async Task ListenAsync(CancellationToken ct)
    {
        var methods = new AgentMethods(runners, RestartAsync, logger);
        await client.SetDesiredPropertyHandlerAsync(
            (change, _) =>
            {
                Take(change);
                return Task.CompletedTask;
            },
            ct);
        await client.SetDefaultMethodHandlerAsync(methods.AnswerAsync, ct);
    }

    private void Take(DesiredChange change)
    {
        var next = Deployment.Read(change.Desired, change.Version, _deployment);
        if (next.Code == Deployment.Good)
        {
            DeployingLog.DeploymentRead(logger, change.Version, next.Desired!.Modules.Count);
            try
            {
                file.Write(change.Desired, change.Version);
            }
            catch (IOException e)
            {
                // It is carried out all the same; without the hub the next start would find the one before.
                DeployingLog.StepFailed(logger, new Planning.Step(Planning.StepKind.Update, "$edgeAgent"), e.Message);
            }
        }
        else
        {
            DeployingLog.DeploymentRefused(logger, change.Version, next.Code, next.Description);
        }

        _deployment = next;
        _failures = 0;
        Wake();
    }

    private async Task LoopAsync(CancellationToken ct)
    {
        while (true)
        {
            var wait = LookEvery;
            await _turn.WaitAsync(ct);
            try
            {
                wait = await RoundAsync(ct);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // Whatever it is, the modules run on and the next round may do better.
                DeployingLog.RoundFailed(logger, e);
                wait = retryPause;
            }
            finally
            {
                _turn.Release();
            }

            await WaitAsync(wait, ct);
        }
    }

    private async Task<TimeSpan> RoundAsync(CancellationToken ct)
    {
        var deployment = _deployment;
        var round = deployment.Desired is { } desired ? await reconciler.RunAsync(desired, ct) : new Round(await runners.ObserveAsync(ct), null, null);
        var now = time.GetUtcNow();
        if (deployment != Deployment.None)
        {
            _reported = AgentReport.Make(deployment, round.Fault, round.Modules, history, _started, now);
            _reporter.Report(_reported);
        }

        if (round.Fault is not null)
        {
            return retryPause * Math.Min(1 << Math.Min(_failures++, 5), 30);
        }

        _failures = 0;
        return round.Next is not { } next ? LookEvery : next - now is var left && left > TimeSpan.Zero ? (left < LookEvery ? left : LookEvery) : TimeSpan.FromMilliseconds(1);
    }

    private async Task WaitAsync(TimeSpan wait, CancellationToken ct)
    {
        using var over = new CancellationTokenSource(wait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, ct);
        try
        {
            await _reasons.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            // The pause is over.
        }
    }

    private async Task RestartAsync(string moduleId, CancellationToken ct)
    {
        await _turn.WaitAsync(ct);
        try
        {
            await runners.RestartAsync(moduleId, ct);
        }
        finally
        {
            _turn.Release();
            Wake();
        }
    }

    private async Task TakeLeaveAsync()
    {
        using var patience = new CancellationTokenSource(Farewell, time);
        try
        {
            if (_reported.Count > 0 && client.State == ModuleState.Connected)
            {
                await _reporter.TrySendAsync(AgentReport.Leaving(_reported), patience.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The hub sees it by the connection.
        }
    }
}
