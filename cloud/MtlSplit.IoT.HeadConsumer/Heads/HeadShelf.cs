using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Contracts.Heads;
using MtlSplit.IoT.Contracts.Status;
using MtlSplit.IoT.HeadConsumer.Status;
using MtlSplit.IoT.Inference.Sessions;

namespace MtlSplit.IoT.HeadConsumer.Heads;

/// <summary>
/// The heads of one task, one per contract that is wanted. Loading happens on the shelf's own loop, never on the answering
/// one: a head is loaded and warmed first, then put into use between two batches. What cannot be loaded changes nothing.
/// A contract is wanted when a feature of it comes, and already when its descriptor is announced: no vehicle moves to a contract before
/// every consumer says that its head is warm. A head goes when it is idle and no vehicle speaks its contract any more.
/// </summary>
internal sealed class HeadShelf(
    string task, HeadStore store, BundleCatalog seeds, ContractsInUse inUse, int maxBatch, HeadConsumerMetrics metrics, TimeProvider time, ILogger logger) : IDisposable
{
    // Whoever may publish could make up contracts without end; beyond this many no more are learned or looked for.
    private const int MaxContracts = 4096;

    // Announced contracts without a head cost a look at the disk each; so many are looked at in one pass.
    private const int AnnouncedAtOnce = 16;
    private static readonly TimeSpan RetireAfter = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<ContractId, FeatureDescriptor> _descriptors = new(seeds.Bundles.DistinctBy(b => b.Contract).ToDictionary(b => b.Contract, b => b.Descriptor));
    private readonly ConcurrentDictionary<ContractId, long> _wanted = [];
    private readonly ConcurrentQueue<ContractId> _announced = [];
    private readonly ConcurrentDictionary<ContractId, ContractHead> _heads = [];
    private readonly ConcurrentDictionary<ContractId, Refusal> _refused = [];
    private readonly SemaphoreSlim _wake = new(0, 1);
    private readonly List<ContractHead> _retired = [];

    /// <summary>Raised on the shelf's loop when the set of warm or refused heads has changed.</summary>
    public event Action? Changed;

    /// <summary>The heads in use.</summary>
    public IReadOnlyList<MtlSplit.IoT.Contracts.Status.WarmHead> Warm => [.. _heads.Select(h => new MtlSplit.IoT.Contracts.Status.WarmHead(h.Key.ToString(), h.Value.Version)).OrderBy(h => h.Contract, StringComparer.Ordinal)];

    /// <summary>Heads that should be in use and cannot be loaded.</summary>
    public IReadOnlyList<RefusedHead> Refused => [.. _refused.Select(r => new RefusedHead(r.Key.ToString(), r.Value.Version, r.Value.Why)).OrderBy(r => r.Contract, StringComparer.Ordinal)];

    /// <summary>The head for a contract, or null; then it has been asked for.</summary>
    public ContractHead? Find(ContractId contract)
    {
        if (_heads.TryGetValue(contract, out var head))
        {
            head.LastUsed = time.GetTimestamp();
            return head;
        }

        if (_wanted.ContainsKey(contract))
        {
            _wanted[contract] = time.GetTimestamp();
        }
        else if (_wanted.Count < MaxContracts)
        {
            _wanted[contract] = time.GetTimestamp();
            Wake();
        }

        return null;
    }

    /// <summary>Why there is no head for a contract: a reason's code and words.</summary>
    public (string Reason, string Detail) Explain(ContractId contract) =>
        !_descriptors.ContainsKey(contract)
            ? (Intake.QuarantineReason.UnknownContract, $"no descriptor of contract {contract} was published, and no bundle speaks it")
            : (Intake.QuarantineReason.NoHead, _refused.TryGetValue(contract, out var refusal) ? $"{refusal.Version} {refusal.Why}" : $"there is no head of task '{task}' for contract {contract}");

    /// <summary>
    /// Learns what a contract means, and that it is about to be spoken. The caller has checked that the descriptor's digest is the contract.
    /// </summary>
    public void Learn(ContractId contract, FeatureDescriptor descriptor)
    {
        if (_descriptors.Count < MaxContracts)
        {
            _descriptors.TryAdd(contract, descriptor);
        }

        if (!_heads.ContainsKey(contract) && _announced.Count < MaxContracts && !_announced.Contains(contract))
        {
            _announced.Enqueue(contract);
        }

        Wake();
    }

    /// <summary>Loads what is wanted and follows the pointers until cancelled.</summary>
    /// <param name="interval">How often the pointers are looked at.</param>
    /// <param name="idle">A head that answered nothing for so long is unloaded.</param>
    /// <param name="wish">A head that nobody has asked for during so long is no longer looked for.</param>
    /// <param name="ct">Ends it.</param>
    public async Task RunAsync(TimeSpan interval, TimeSpan idle, TimeSpan wish, CancellationToken ct)
    {
        using var timer = new PeriodicTimer(interval, time);
        var tick = timer.WaitForNextTickAsync(ct).AsTask();
        var wake = _wake.WaitAsync(ct);
        while (!ct.IsCancellationRequested)
        {
            LoadWanted(wish);
            LoadAnnounced();
            FollowPointers();
            RetireIdle(idle);
            await Task.WhenAny(tick, wake);
            if (tick.IsCompleted)
            {
                await tick;
                tick = timer.WaitForNextTickAsync(ct).AsTask();
            }

            if (wake.IsCompleted)
            {
                await wake;
                wake = _wake.WaitAsync(ct);
            }
        }
    }

    public void Dispose()
    {
        foreach (var head in _heads.Values.Concat(_retired))
        {
            head.Dispose();
        }

        _wake.Dispose();
    }

    private void Wake()
    {
        try
        {
            _wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // A wake-up is already waiting; it will see this wish too.
        }
    }

    private void LoadWanted(TimeSpan wish)
    {
        foreach (var (contract, wishedAt) in _wanted)
        {
            if (time.GetElapsedTime(wishedAt) > wish)
            {
                // Its features are in quarantine by now; the next one wishes again.
                _wanted.TryRemove(contract, out _);
                continue;
            }

            if (Load(contract))
            {
                _wanted.TryRemove(contract, out _);
            }
        }
    }

    /// <summary>Warms what was announced, as soon as it has a head: before the first feature, so that none has to wait.</summary>
    private void LoadAnnounced()
    {
        for (var look = Math.Min(AnnouncedAtOnce, _announced.Count); look > 0 && _announced.TryDequeue(out var contract); look--)
        {
            var damaged = _refused.TryGetValue(contract, out var refused) && refused.Damaged && CurrentVersion(contract, "nothing") == refused.Version;
            if (!_heads.ContainsKey(contract) && (damaged || !Load(contract)))
            {
                _announced.Enqueue(contract);
            }
        }
    }

    private bool Load(ContractId contract)
    {
        if (!_descriptors.TryGetValue(contract, out var descriptor) || TryLoad(contract, descriptor, "nothing") is not { } loaded)
        {
            return false;
        }

        _heads[contract] = new ContractHead(descriptor, loaded, time.GetTimestamp());
        Log.HeadWarm(logger, loaded.Release.Version, contract.ShortForm);
        Changed?.Invoke();
        return true;
    }

    private void FollowPointers()
    {
        foreach (var (contract, head) in _heads)
        {
            if (CurrentVersion(contract, head.Version) is not { } version)
            {
                continue;
            }

            if (version == head.Version)
            {
                // Somebody went back to it, so that nothing is refused any more.
                if (_refused.TryRemove(contract, out _))
                {
                    Changed?.Invoke();
                }
            }
            else if (!(_refused.TryGetValue(contract, out var refused) && refused.Damaged && refused.Version == version)
                && TryLoad(contract, head.Descriptor, head.Version) is { } next)
            {
                var previous = head.Version;
                head.Swap(next);
                metrics.Swapped();
                Log.HeadSwapped(logger, next.Release.Version, previous, contract.ShortForm);
                Changed?.Invoke();
            }
        }
    }

    private void RetireIdle(TimeSpan idle)
    {
        foreach (var head in _retired.Where(h => time.GetElapsedTime(h.LastUsed) > idle + RetireAfter).ToArray())
        {
            _retired.Remove(head);
            head.Dispose();
        }

        foreach (var (contract, head) in _heads)
        {
            if (time.GetElapsedTime(head.LastUsed) > idle && !inUse.Contains(contract) && _heads.TryRemove(contract, out _))
            {
                // The answering loop may have found it just now and be about to use it: it is unloaded a while later.
                _retired.Add(head);
                Log.HeadRetired(logger, head.Version, contract.ShortForm);
                Changed?.Invoke();
            }
        }
    }

    private string? CurrentVersion(ContractId contract, string kept)
    {
        try
        {
            return store.CurrentVersion(contract, task);
        }
        catch (Exception e) when (e is HeadException or IOException or UnauthorizedAccessException)
        {
            Refuse(contract, "", kept, e);
            return null;
        }
    }

    private WarmHead? TryLoad(ContractId contract, FeatureDescriptor descriptor, string kept)
    {
        var version = "";
        try
        {
            version = store.CurrentVersion(contract, task) ?? "";
            if (store.Current(contract, task) is not { } release)
            {
                return null;
            }

            var loaded = WarmHead.Load(release, descriptor.Feature.Length, maxBatch);
            _refused.TryRemove(contract, out _);
            return loaded;
        }
        catch (Exception e) when (e is HeadException or InferenceModelException or IOException or UnauthorizedAccessException)
        {
            Refuse(contract, version, kept, e);
            return null;
        }
    }

    /// <summary>Says once per version why it is not used.</summary>
    private void Refuse(ContractId contract, string version, string kept, Exception e)
    {
        // A damaged head stays damaged. A disk that does not answer may answer at the next tick, so such a head is tried again.
        var refusal = new Refusal(version, e.Message, Damaged: e is HeadException or InferenceModelException { InnerException: not (IOException or UnauthorizedAccessException) });
        if (!_refused.TryGetValue(contract, out var said) || said != refusal)
        {
            _refused[contract] = refusal;
            Log.HeadRefused(logger, contract.ShortForm, kept, e);
            Changed?.Invoke();
        }
    }

    private sealed record Refusal(string Version, string Why, bool Damaged);
}
