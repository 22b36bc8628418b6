namespace MtlSplit.IoT.Inference.Slots;

/// <summary>
/// Holds the one thing in use and lets it be replaced while it is used. Whoever uses it takes a lease and keeps what he got
/// until he returns it; the replaced one is disposed when its last lease comes back. Safe for any number of threads; neither
/// taking a lease nor swapping ever waits.
/// </summary>
/// <typeparam name="T">What is held; the slot owns it.</typeparam>
public sealed class Slot<T> : IDisposable
    where T : class, IDisposable
{
    private volatile Holder? _current;

    /// <summary>Takes over the first thing; make it before, so that there never is an empty slot.</summary>
    /// <param name="first">What to hold.</param>
    public Slot(T first)
    {
        ArgumentNullException.ThrowIfNull(first);
        _current = new Holder(first);
    }

    /// <summary>Takes a lease on what is held now. Dispose it exactly once.</summary>
    /// <exception cref="ObjectDisposedException">The slot was disposed.</exception>
    public Lease<T> Acquire()
    {
        while (true)
        {
            var holder = _current;
            ObjectDisposedException.ThrowIf(holder is null, this);
            if (holder.TryAdd())
            {
                return new Lease<T>(holder);
            }
        }
    }

    /// <summary>Puts another thing in; leases taken from now on get it.</summary>
    /// <param name="next">What to hold; the slot owns it from here on, also when this throws.</param>
    /// <exception cref="ObjectDisposedException">The slot was disposed; <paramref name="next"/> is disposed too.</exception>
    public void Swap(T next)
    {
        ArgumentNullException.ThrowIfNull(next);
        var holder = new Holder(next);
        while (true)
        {
            var old = _current;
            if (old is null)
            {
                next.Dispose();
                throw new ObjectDisposedException(nameof(Slot<>));
            }

            if (Interlocked.CompareExchange(ref _current, holder, old) == old)
            {
                old.Remove();
                return;
            }
        }
    }

    /// <summary>Empties the slot; what it held is disposed now or when its last lease comes back.</summary>
    public void Dispose() => Interlocked.Exchange(ref _current, null)?.Remove();

    /// <summary>A thing and how many hold it: the slot and every lease.</summary>
    internal sealed class Holder(T value)
    {
        private int _holders = 1;

        public T Value { get; } = value;

        // What nobody holds any more is being disposed and must not come back to life.
        public bool TryAdd()
        {
            var holders = Volatile.Read(ref _holders);
            while (holders > 0)
            {
                var seen = Interlocked.CompareExchange(ref _holders, holders + 1, holders);
                if (seen == holders)
                {
                    return true;
                }

                holders = seen;
            }

            return false;
        }

        public void Remove()
        {
            if (Interlocked.Decrement(ref _holders) == 0)
            {
                Value.Dispose();
            }
        }
    }
}
