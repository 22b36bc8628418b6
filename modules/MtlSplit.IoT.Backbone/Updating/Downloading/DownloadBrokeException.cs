namespace MtlSplit.IoT.Backbone.Updating.Downloading;

/// <summary>An attempt failed in a way that the next may not.</summary>
internal sealed class DownloadBrokeException(string message, TimeSpan? pause, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>How long the server asked to be left alone.</summary>
    public TimeSpan? Pause { get; } = pause;
}
