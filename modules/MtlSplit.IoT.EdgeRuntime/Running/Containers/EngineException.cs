namespace MtlSplit.IoT.EdgeRuntime.Running.Containers;

/// <summary>An engine answered no.</summary>
/// <param name="status">Its status.</param>
/// <param name="message">What was asked and what it said.</param>
internal sealed class EngineException(int status, string message) : Exception(message)
{
    /// <summary>The HTTP status; 200 where an image's fetching began well and failed later.</summary>
    public int Status { get; } = status;
}
