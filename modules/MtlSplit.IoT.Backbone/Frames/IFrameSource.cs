namespace MtlSplit.IoT.Backbone.Frames;

/// <summary>Where a vehicle's frames come from. One caller at a time; whoever made it disposes it.</summary>
internal interface IFrameSource : IAsyncDisposable
{
    /// <summary>Waits for the next frame.</summary>
    /// <param name="number">The number that the frame will have.</param>
    /// <param name="rgb">Where it goes, already of the size that the contract asks for: RGB, rows from the top.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>False when there are no more frames.</returns>
    /// <exception cref="FrameSourceException">There cannot be any more, for a reason that the source's user can cure.</exception>
    ValueTask<bool> NextAsync(ulong number, Memory<byte> rgb, CancellationToken ct);
}
