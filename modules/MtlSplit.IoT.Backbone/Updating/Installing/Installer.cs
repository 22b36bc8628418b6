using Microsoft.Extensions.Logging;
using MtlSplit.IoT.Backbone.Updating.Downloading;
using MtlSplit.IoT.Backbone.Updating.Proving;
using MtlSplit.IoT.Backbone.Updating.Storing;
using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Contracts.Bundles.Archives;
using MtlSplit.IoT.Contracts.Bundles.Signatures;
using MtlSplit.IoT.Inference.Sessions;
using MtlSplit.IoT.Storage.Files;

namespace MtlSplit.IoT.Backbone.Updating.Installing;

/// <summary>
/// Brings a vehicle from one bundle to the next: fetch, check, unpack, make it last, warm it, run its golden frames here, let it take over, and
/// watch it until it is proven or taken back. Whatever happens, the vehicle has one bundle that is whole. Safe for concurrent callers, who are
/// served one after the other.
/// </summary>
internal sealed class Installer : IDisposable
{
    private const int SaveEvery = 25;

    private readonly IFileSystem _files;
    private readonly BundleStore _store;
    private readonly BundleDownload _download;
    private readonly TrustedKeys _keys;
    private readonly IBackboneSwitch _switch;
    private readonly IInstallWatcher _watcher;
    private readonly BundleLimits _limits;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly SemaphoreSlim _turn = new(1);
    private FieldEvidence? _evidence;

    /// <summary>Makes one over a store that was opened; call <see cref="StartAsync"/> first.</summary>
    public Installer(
        IFileSystem files, BundleStore store, BundleDownload download, TrustedKeys keys, IBackboneSwitch backbone, IInstallWatcher watcher, BundleLimits limits, TimeProvider time, ILogger log)
    {
        (_files, _store, _download, _keys, _switch) = (files, store, download, keys, backbone);
        (_watcher, _limits, _time, _log) = (watcher, limits, time, log);
    }

    /// <summary>What counts now.</summary>
    public StoreState State => _store.State;

    private long Now => UnixMicroseconds(_time.GetUtcNow());

    /// <summary>
    /// Says which bundle to start with. A provisional one that was started again and again without ever being seen to run is taken back here;
    /// a store without any takes in the one that the vehicle came with.
    /// </summary>
    /// <param name="own">The folder of the bundle that the vehicle came with; null where it came without.</param>
    /// <param name="cancellation">Not once something is being written.</param>
    /// <returns>The bundle, checked; null where there is none.</returns>
    /// <exception cref="BundleException">The vehicle's own bundle is no good.</exception>
    public async Task<Bundle?> StartAsync(string? own, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            if (_store.Active is null && own is not null)
            {
                Adopt(Bundle.Open(own));
            }
            else if (State.Probation is { } probation)
            {
                if (probation.Starts >= InstallRules.MostStarts && State.Previous is not null)
                {
                    Began(State.Active!.Digest, InstallStep.RolledBack);
                    Back(BundleFault.KeepsCrashing, $"the process was started {probation.Starts} times without being seen to run");
                    _store.Sweep(null);
                }
                else
                {
                    _store.Note(State with { Probation = probation with { Starts = probation.Starts + 1 } });
                }
            }

            return _store.Active;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>The process runs: it has made a feature. Its earlier starts no longer count against a provisional bundle.</summary>
    public async Task ConfirmRunningAsync(CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            if (State.Probation is { Starts: > 0 } probation)
            {
                _store.Note(State with { Probation = probation with { Starts = 0 } });
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Lets a refused bundle be tried again.</summary>
    public async Task ForgetAsync(string digest, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            _store.Save(State.Forget(digest));
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Installs a bundle and lets it take over.</summary>
    /// <param name="wanted">The bundle.</param>
    /// <param name="cancellation">Gives up before the bundle takes over; what was fetched is kept and gone on with next time.</param>
    /// <returns>What became of it. Everything that can be wrong with a bundle, its way here, or the disk is a refusal, not an exception.</returns>
    public async Task<InstallOutcome> InstallAsync(BundleReference wanted, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            if (State.Previous?.Digest == wanted.Digest)
            {
                DropPreviousIfDamaged();
            }

            var choice = InstallRules.BeforeDownload(State, wanted.Digest, Now);
            return choice.Kind switch
            {
                InstallChoice.What.Nothing => new InstallOutcome(wanted.Digest, InstallResult.AlreadyActive),
                InstallChoice.What.Return => await ReturnAsync(wanted.Digest, cancellation),
                InstallChoice.What.Leave => Left(State.FindRefusal(wanted.Digest)!),
                InstallChoice.What.Refuse => Refuse(wanted.Digest, choice.Fault, choice.Reason),
                _ => await GuardAsync(wanted.Digest, () => BringAsync(wanted, cancellation)),
            };
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Takes note of what became of features, and decides about a provisional bundle as soon as that is enough.</summary>
    /// <param name="more">What was seen since the last time; about another bundle than the provisional one it is ignored.</param>
    /// <param name="cancellation">Not once it is decided.</param>
    /// <returns>What was decided now; undecided too where nothing is provisional.</returns>
    /// <exception cref="IOException">The disk does not take the decision; it is made again with the next evidence.</exception>
    /// <exception cref="Exception">The kept bundle did not take over; the state has it, so the process must start again.</exception>
    public async Task<ProofVerdict> ObserveAsync(FieldEvidence more, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            if (State.Probation is not { } probation || State.Active!.Digest != more.Digest)
            {
                return ProofVerdict.Undecided;
            }

            var before = _evidence?.Digest == more.Digest ? _evidence : probation.Evidence;
            _evidence = before.With(more);
            var verdict = ProofRules.Decide(_store.Active!.Manifest.Tasks, _evidence);
            if (verdict.IsProven)
            {
                Began(more.Digest, InstallStep.Proven);
                _store.Save((State with { Probation = probation with { Evidence = _evidence } }).Prove());
                _store.Sweep(null);
                Log.Proven(_log, more.Digest, State.HighWater);
            }
            else if (verdict.Fault is { } fault)
            {
                await RollBackAsync(fault, verdict.Reason);
            }
            else if (Count(_evidence) / SaveEvery > Count(probation.Evidence) / SaveEvery)
            {
                // Not each time, for the flash's sake; a vehicle that is started again loses a few answers, not all.
                _store.Note(State with { Probation = probation with { Starts = 0, Evidence = _evidence } });
            }

            return verdict;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private static long UnixMicroseconds(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    private static DateTimeOffset? Time(long? microseconds) => microseconds is { } value ? DateTimeOffset.UnixEpoch.AddMicroseconds(value) : null;

    private static long Count(FieldEvidence evidence) => evidence.Tasks.Values.Select(t => t.Scored).DefaultIfEmpty(0).Min();

    private static InstallOutcome Left(Refusal refusal) => new(
        refusal.Digest, InstallResult.RefusedBefore, BundleFaultCodes.TryParse(refusal.Code, out var fault) ? fault : null, refusal.Reason, Time(refusal.RetryAt));

    private void Adopt(Bundle own)
    {
        _store.CopyIn(own);
        _store.Place(own.Digest);
        _store.Save(State.Adopt(InstalledBundle.Of(own)));
        Log.Adopted(_log, own.Digest);
    }

    private async Task<InstallOutcome> BringAsync(BundleReference wanted, CancellationToken cancellation)
    {
        var digest = wanted.Digest;
        _store.Sweep(digest);
        Bundle bundle;
        for (var again = false; ; again = true)
        {
            Began(digest, InstallStep.Download);
            var inGoes = await _download.RunAsync(wanted, _store.PartOf(digest), (bytes, total) => _watcher.Downloaded(digest, bytes, total), cancellation);
            try
            {
                bundle = Unpack(wanted, cancellation);
                break;
            }
            catch (BundleException e) when (inGoes && !again && e.Fault is BundleFault.BadDigest or BundleFault.Truncated or BundleFault.NotAnArchive or BundleFault.OtherBundle or BundleFault.BadSignature)
            {
                // The fault may be where the pieces meet, or in bytes that a power cut took.
                Log.FetchedAnew(_log, digest, e.Message);
                _store.Discard(digest);
            }
        }

        _store.Discard(digest);
        Try(bundle, cancellation);
        return await TakeOverAsync(bundle);
    }

    private Bundle Unpack(BundleReference wanted, CancellationToken cancellation)
    {
        var digest = wanted.Digest;
        Began(digest, InstallStep.VerifyArchive);
        using var stream = new FileStreamOf(_files.Open(_store.PartOf(digest), FileOpening.Read), writable: false);
        var archive = BundleArchive.Open(stream, wanted.Source, digest, _keys, _limits);
        var choice = InstallRules.BeforeExtract(State, archive.Manifest, Now);
        if (choice.Kind == InstallChoice.What.Refuse)
        {
            throw new BundleException(choice.Fault, wanted.Source, choice.Reason);
        }

        Began(digest, InstallStep.Extract);
        archive.Extract(_store.Prepare(digest), cancellation);
        Began(digest, InstallStep.Sync);
        return _store.Place(digest);
    }

    /// <summary>Runs the bundle's models here for the first time. Should that end the process, the attempt is on record.</summary>
    private void Try(Bundle bundle, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var count = State.Attempt?.Digest == bundle.Digest ? State.Attempt.Count : 0;
        _store.Save(State with { Attempt = new Attempt(bundle.Digest, count + 1) });
        Began(bundle.Digest, InstallStep.Warm);
        BundleTrial.Warm(bundle);
        cancellation.ThrowIfCancellationRequested();
        Began(bundle.Digest, InstallStep.Golden);
        BundleTrial.RunGolden(bundle);
        cancellation.ThrowIfCancellationRequested();
    }

    private async Task<InstallOutcome> TakeOverAsync(Bundle bundle)
    {
        Began(bundle.Digest, InstallStep.Activate);
        _store.Save(State.Activate(InstalledBundle.Of(bundle), Now));
        _evidence = null;
        try
        {
            await _switch.SwapAsync(bundle, CancellationToken.None);
        }
        catch (Exception e)
        {
            // The one before still runs, so only the state goes back.
            Began(bundle.Digest, InstallStep.RolledBack);
            var reason = $"the pipeline did not take it: {e.Message}";
            Back(BundleFault.CannotRun, reason);
            _store.Sweep(null);
            return new InstallOutcome(bundle.Digest, InstallResult.Refused, BundleFault.CannotRun, reason);
        }

        Log.Activated(_log, bundle.Digest, State.Previous?.Digest ?? "nothing");
        _store.Sweep(null);
        return new InstallOutcome(bundle.Digest, InstallResult.Activated);
    }

    private async Task<InstallOutcome> ReturnAsync(string digest, CancellationToken cancellation) => await GuardAsync(digest, async () =>
    {
        var bundle = _store.OpenPrevious()!;
        Try(bundle, cancellation);
        Began(digest, InstallStep.Activate);
        var before = State;
        _store.Save(State.Return());
        try
        {
            await _switch.SwapAsync(bundle, CancellationToken.None);
        }
        catch (Exception e)
        {
            _store.Save(before with { Attempt = null });
            throw new BundleException(BundleFault.CannotRun, bundle.Folder, $"the pipeline did not take it: {e.Message}", e);
        }

        _evidence = null;
        Log.Returned(_log, digest);
        _store.Sweep(null);
        return new InstallOutcome(digest, InstallResult.Returned);
    });

    private async Task RollBackAsync(BundleFault fault, string reason)
    {
        Began(State.Active!.Digest, InstallStep.RolledBack);
        if (Back(fault, reason))
        {
            await _switch.SwapAsync(_store.Active!, CancellationToken.None);
            _store.Sweep(null);
        }
    }

    /// <summary>Takes the provisional bundle back in the state. Returns false where there is none to go back to, and so it stays.</summary>
    private bool Back(BundleFault fault, string reason)
    {
        var digest = State.Active!.Digest;
        DropPreviousIfDamaged();
        var refusal = InstallRules.Refuse(State, digest, fault, reason, Now);
        var next = State.RollBack(refusal);
        _store.Save(next.Active!.Digest == digest ? next with { Probation = new Probation(Now, 0, FieldEvidence.None(digest)) } : next);
        _evidence = null;
        Log.RolledBack(_log, digest, refusal.Code, reason, State.Active!.Digest);
        return State.Active.Digest != digest;
    }

    /// <summary>A kept bundle that the disk has spoilt is none.</summary>
    private void DropPreviousIfDamaged()
    {
        try
        {
            _store.OpenPrevious();
        }
        catch (BundleException e)
        {
            Log.BundleDamaged(_log, e.Message);
            _store.Save(State with { Previous = null });
        }
    }

    /// <summary>Turns what goes wrong into a refusal, and leaves nothing lying about.</summary>
    private async Task<InstallOutcome> GuardAsync(string digest, Func<Task<InstallOutcome>> install)
    {
        try
        {
            return await install();
        }
        catch (BundleException e)
        {
            return Refuse(digest, e.Fault, e.Message);
        }
        catch (InferenceModelException e)
        {
            return Refuse(digest, BundleFault.CannotRun, e.Message);
        }
        catch (IOException e)
        {
            return Refuse(digest, DiskFull.Is(e) ? BundleFault.DiskFull : BundleFault.StorageFailed, e.Message);
        }
        catch (UnauthorizedAccessException e)
        {
            return Refuse(digest, BundleFault.StorageFailed, e.Message);
        }
        catch (OperationCanceledException)
        {
            if (State.Attempt is not null)
            {
                _store.Save(State with { Attempt = null });
            }

            _store.Sweep(digest);
            throw;
        }
    }

    private InstallOutcome Refuse(string digest, BundleFault fault, string reason)
    {
        // The room first: the state may need it.
        if (fault != BundleFault.DownloadFailed)
        {
            _store.Discard(digest);
        }

        _store.Sweep(digest);
        var refusal = InstallRules.Refuse(State, digest, fault, reason, Now);
        _store.Note(State.Refuse(refusal));
        Log.Refused(_log, digest, refusal.Code, reason, refusal.Count, Time(refusal.RetryAt) is { } at ? $"after {at:u}" : "never");
        return new InstallOutcome(digest, InstallResult.Refused, fault, reason, Time(refusal.RetryAt));
    }

    private void Began(string digest, InstallStep step)
    {
        Log.Began(_log, digest, step);
        _watcher.Began(digest, step);
    }
}
