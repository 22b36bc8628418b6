using MtlSplit.IoT.Backbone.Telemetry;
using MtlSplit.IoT.Backbone.Updating;
using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Inference.Slots;

namespace MtlSplit.IoT.Backbone.Extraction;

/// <summary>
/// The backbone that frames go through, replaced between two frames: the next one is loaded and warm before it takes over, frames under way
/// keep the one they began with, and that one is freed when the last of them has left. Thread-safe; swaps go one after the other.
/// </summary>
/// <param name="workers">How many callers extract at the same time.</param>
/// <param name="encoding">The encoding to begin with, by name.</param>
/// <param name="counters">Where features are counted.</param>
/// <param name="time">The clock.</param>
internal sealed class LiveBackbone(int workers, string encoding, BackboneCounters counters, TimeProvider time) : IBackboneSwitch, IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private readonly TaskCompletionSource<LoadedBackbone> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile Slot<LoadedBackbone>? _slot;
    private volatile LoadedBackbone? _current;

    /// <summary>How many callers extract at the same time.</summary>
    public int Workers => workers;

    /// <summary>What frames go through from now on; null before the first. To look at, not to run: for that, take a lease.</summary>
    public LoadedBackbone? Current => _current;

    /// <summary>Completes with the first one.</summary>
    public Task<LoadedBackbone> First => _first.Task;

    /// <summary>A lease on what frames go through. Not before <see cref="First"/>.</summary>
    public Lease<LoadedBackbone> Acquire() => (_slot ?? throw new InvalidOperationException("There is no backbone yet.")).Acquire();

    /// <inheritdoc/>
    public async ValueTask SwapAsync(Bundle bundle, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            await PutAsync(bundle, encoding, cancellation);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Encodes from now on in another way, and so will the bundles to come.</summary>
    /// <param name="name">The encoding's name.</param>
    /// <param name="cancellation">Ends the wait for frames under way.</param>
    /// <exception cref="BundleException">The contract has none of this name; nothing changed.</exception>
    public async ValueTask EncodeAsync(string name, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            if (_current is { } current && current.Encoding.Name != name)
            {
                await PutAsync(current.Bundle, name, cancellation);
            }

            encoding = name;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Frees the one in use. When nobody extracts any more.</summary>
    public void Dispose()
    {
        _slot?.Dispose();
        _turn.Dispose();
    }

    private async Task PutAsync(Bundle bundle, string name, CancellationToken cancellation)
    {
        var before = _current;

        // The source and the buffers of frames are made once, for one size.
        if (before is not null && before.Bundle.Descriptor.Input != bundle.Descriptor.Input)
        {
            throw new BundleException(
                BundleFault.CannotRun, bundle.Folder, $"it takes frames of {bundle.Descriptor.Input}, and this process was started for {before.Bundle.Descriptor.Input}");
        }

        var next = await Task.Run(() => LoadedBackbone.Load(bundle, name, workers, counters, time), cancellation);
        _current = next;
        if (_slot is { } slot)
        {
            slot.Swap(next);
            await before!.Retired.WaitAsync(cancellation);
            return;
        }

        _slot = new Slot<LoadedBackbone>(next);
        _first.TrySetResult(next);
    }
}
