using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using MtlSplit.IoT.Backbone.Updating.Installing;
using MtlSplit.IoT.Backbone.Updating.Proving;
using MtlSplit.IoT.Backbone.Updating.Storing;
using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Contracts.Twins;

namespace MtlSplit.IoT.Backbone.Updating;

/// <summary>
/// Follows the wish for a bundle: installs it, tries again when that makes sense, gives it up for a newer wish, hands what becomes of its
/// features to the installer, and says how far it came. Thread-safe.
/// </summary>
internal sealed class UpdateFollower : IInstallWatcher, IDisposable
{
    private static readonly TimeSpan EvidenceEvery = TimeSpan.FromMilliseconds(250);

    private readonly FrameLedger _ledger;
    private readonly FieldObserver _observer;
    private readonly TimeProvider _time;
    private readonly ILogger _log;

    // A newer wish replaces an older one.
    private readonly Channel<BundleTarget> _wishes = Channel.CreateBounded<BundleTarget>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
    private readonly Lock _gate = new();
    private Installer? _installer;
    private BundleTarget? _wanted;
    private CancellationTokenSource? _installing;
    private UpdateReport? _report;

    /// <param name="ledger">What updates cost.</param>
    /// <param name="observer">What becomes of features.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Told what goes wrong here.</param>
    public UpdateFollower(FrameLedger ledger, FieldObserver observer, TimeProvider time, ILogger log) => (_ledger, _observer, _time, _log) = (ledger, observer, time, log);

    /// <summary>Raised when <see cref="Report"/>, <see cref="Fault"/> or the installer's state changed. Must return at once.</summary>
    public event Action? Changed;

    /// <summary>How far the last update came; null where none was wanted.</summary>
    public UpdateReport? Report => Volatile.Read(ref _report);

    /// <summary>What is wrong with the wish, though the bundle was taken; null: nothing.</summary>
    public string? Fault { get; private set; }

    /// <summary>The installer that this follows for. It is given this as its watcher.</summary>
    public void Attach(Installer installer) => _installer = installer;

    /// <summary>Goes on from what was reported before the process started, where it is about the same bundle.</summary>
    public void Recall(UpdateReport? before)
    {
        lock (_gate)
        {
            _report ??= before;
        }
    }

    /// <summary>Somebody wants a bundle.</summary>
    public void Want(BundleTarget target)
    {
        lock (_gate)
        {
            if (_wanted == target)
            {
                return;
            }

            if (_wanted?.Digest != target.Digest)
            {
                _installing?.Cancel();
                if (_installer?.State.Active?.Digest != target.Digest)
                {
                    _ledger.Wish(target.Digest);
                }
            }

            _wanted = target;
        }

        _wishes.Writer.TryWrite(target);
    }

    /// <summary>Lets a refused bundle be tried again, at once where it is the one that is wanted.</summary>
    /// <param name="digest">The bundle.</param>
    /// <param name="ct">Ends the call.</param>
    public async Task ForgetAsync(string digest, CancellationToken ct)
    {
        await _installer!.ForgetAsync(digest, ct);
        BundleTarget? wanted;
        lock (_gate)
        {
            wanted = _wanted;
        }

        if (wanted?.Digest == digest)
        {
            _ledger.Wish(digest);
            _wishes.Writer.TryWrite(wanted);
        }
    }

    /// <summary>Follows until the token ends it.</summary>
    /// <exception cref="Exception">The bundle that counts does not run, so the process must start again.</exception>
    public async Task RunAsync(CancellationToken ct)
    {
        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(ct);
            var parts = new[] { InstallAsync(either.Token), ProveAsync(either.Token) };
            await await Task.WhenAny(parts);
            await either.CancelAsync();
            await Task.WhenAll(parts);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The process stops; an update goes on where it was.
        }
    }

    /// <inheritdoc/>
    public void Began(string digest, InstallStep step)
    {
        // Those two are where an update ends. They are said when it has, and why.
        if (step is not (InstallStep.Proven or InstallStep.RolledBack))
        {
            Say(digest, step == InstallStep.VerifyArchive ? "verify-archive" : step.ToString().ToLowerInvariant());
        }
    }

    /// <inheritdoc/>
    public void Downloaded(string digest, long bytes, long? total)
    {
        // Seen in the log; a twin is no place for what changes ten times a second.
    }

    /// <inheritdoc/>
    public void Dispose() => _installing?.Dispose();

    // Those are found out in the field, after the bundle has run.
    private static bool IsFoundInTheField(BundleFault? fault) => fault is BundleFault.Quarantined or BundleFault.OutOfRange;

    private async Task InstallAsync(CancellationToken ct)
    {
        var target = await _wishes.Reader.ReadAsync(ct);
        while (true)
        {
            var retryAt = await InstallAsync(target, ct);
            using var waiting = CancellationTokenSource.CreateLinkedTokenSource(ct);
            var wish = _wishes.Reader.WaitToReadAsync(waiting.Token).AsTask();
            if (retryAt is { } at)
            {
                var pause = at - _time.GetUtcNow();
                await Task.WhenAny(wish, Task.Delay(pause > TimeSpan.Zero ? pause : TimeSpan.Zero, _time, waiting.Token));
            }
            else
            {
                await wish;
            }

            await waiting.CancelAsync();
            ct.ThrowIfCancellationRequested();
            target = _wishes.Reader.TryRead(out var next) ? next : target;
        }
    }

    private async Task<DateTimeOffset?> InstallAsync(BundleTarget target, CancellationToken ct)
    {
        using var installing = CancellationTokenSource.CreateLinkedTokenSource(ct);
        lock (_gate)
        {
            _installing = installing;
        }

        try
        {
            var outcome = await _installer!.InstallAsync(BundleReference.Of(target), installing.Token);
            Settle(target, outcome);
            return outcome.RetryAt;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            // Somebody wants another one by now.
            return null;
        }
        finally
        {
            lock (_gate)
            {
                _installing = null;
            }
        }
    }

    private void Settle(BundleTarget target, InstallOutcome outcome)
    {
        if (outcome.Result is not (InstallResult.Activated or InstallResult.Returned))
        {
            _ledger.Unwish(outcome.Digest);
        }

        var state = _installer!.State;
        Fault = state.Active is { } active && active.Digest == target.Digest ? Compare(target, active) : null;
        if (outcome.Fault is { } fault)
        {
            Say(outcome.Digest, IsFoundInTheField(fault) ? "rolled-back" : "refused", fault.Code(), outcome.Reason);
        }
        else
        {
            Say(outcome.Digest, state.Probation is null ? "proven" : "provisional");
        }
    }

    // The signed bundle alone counts; a wish that says otherwise of it deserves to be told.
    private static string? Compare(BundleTarget target, InstalledBundle active) =>
        target.Contract != active.Contract ? $"bundle.contract: {target.Contract} is wanted, and bundle {active.Digest} is of contract {active.Contract}"
        : target.Release != active.ReleaseCounter ? $"bundle.release: {target.Release} is wanted, and bundle {active.Digest} has release counter {active.ReleaseCounter}"
        : null;

    private async Task ProveAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(EvidenceEvery, _time);
        var confirmed = false;
        while (await timer.WaitForNextTickAsync(ct))
        {
            if (!confirmed && _ledger.AnyMade)
            {
                confirmed = true;
                await _installer!.ConfirmRunningAsync(ct);
            }

            if (_installer!.State is { Active.Digest: var active } && _observer.Take(active) is { } more && _installer.State.Probation is not null)
            {
                await ObserveAsync(more, ct);
            }

            TellCost();
        }
    }

    private async Task ObserveAsync(FieldEvidence more, CancellationToken ct)
    {
        try
        {
            var verdict = await _installer!.ObserveAsync(more, ct);
            if (verdict.IsProven)
            {
                Say(more.Digest, "proven");
            }
            else if (verdict.Fault is { } fault)
            {
                Say(more.Digest, "rolled-back", fault.Code(), verdict.Reason);
            }
        }
        catch (IOException e)
        {
            Log.StateUnsaved(_log, e.Message);
        }
    }

    private void TellCost()
    {
        lock (_gate)
        {
            if (_report is not { Seconds: null } report || _ledger.CostOf(report.Digest) is not { } cost)
            {
                return;
            }

            _report = report with { Seconds = Math.Round(cost.Time.TotalSeconds, 3), FramesLost = cost.FramesLost };
        }

        Changed?.Invoke();
    }

    private void Say(string digest, string state, string? code = null, string? reason = null)
    {
        lock (_gate)
        {
            var before = _report?.Digest == digest ? _report : null;
            if (before is null || (before.State, before.Code, before.Reason) != (state, code, reason))
            {
                var cost = _ledger.CostOf(digest);
                _report = new UpdateReport
                {
                    Digest = digest,
                    State = state,
                    Code = code,
                    Reason = reason,
                    At = (_time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond,
                    Seconds = cost is null ? before?.Seconds : Math.Round(cost.Time.TotalSeconds, 3),
                    FramesLost = cost is null ? before?.FramesLost : cost.FramesLost,
                };
            }
        }

        // Where the report stays as it was, before the process was started again for example, the state may still have changed.

        Changed?.Invoke();
    }
}
