namespace MtlSplit.IoT.Cli.Hubs;

/// <summary>A hub that refused, or did not answer. The message names the call and what the hub said.</summary>
internal sealed class HubServiceException(string message, int? status = null, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>The HTTP status; null: there was no answer.</summary>
    public int? Status { get; } = status;
}
