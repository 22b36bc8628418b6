namespace MtlSplit.IoT.Inference.Slots;

/// <summary>
/// The right to use what a <see cref="Slot{T}"/> held when this was taken. Dispose it exactly once; copies share one right.
/// </summary>
/// <typeparam name="T">What is held.</typeparam>
public readonly record struct Lease<T> : IDisposable
    where T : class, IDisposable
{
    private readonly Slot<T>.Holder _holder;

    internal Lease(Slot<T>.Holder holder)
    {
        _holder = holder;
    }

    /// <summary>The thing; not disposed before this lease is.</summary>
    public T Value => _holder.Value;

    /// <summary>Gives the right back.</summary>
    public void Dispose() => _holder.Remove();
}
