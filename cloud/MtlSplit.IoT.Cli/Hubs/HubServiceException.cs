namespace MtlSplit.IoT.Cli.Hubs;

/// <summary>A hub that refused, or did not answer. The message names the call and what the hub said.</summary>
internal sealed class HubServiceException(string message, int? status = null, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>The HTTP status; null: there was no answer.</summary>
    public int? Status { get; } = status;

    /// <summary>How long the hub, or somebody in front of it, asked to be left alone; null: it did not say.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
