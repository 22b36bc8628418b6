namespace MtlSplit.IoT.Training.Joint;

/// <summary>A checkpoint belongs to a run that computes something else than the one that asks to go on from it.</summary>
/// <param name="file">The checkpoint.</param>
/// <param name="reason">What differs.</param>
public sealed class CheckpointMismatchException(string file, string reason) : Exception($"{file} is of another run: {reason}.")
{
    /// <summary>The checkpoint.</summary>
    public string File { get; } = file;
}
