namespace MtlSplit.IoT.Backbone.Frames;

/// <summary>A source cannot give frames. The message says which, where and why.</summary>
internal sealed class FrameSourceException(string message, Exception? cause = null) : Exception(message, cause);
