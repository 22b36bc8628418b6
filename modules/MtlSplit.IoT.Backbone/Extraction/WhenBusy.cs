namespace MtlSplit.IoT.Backbone.Extraction;

/// <summary>What happens to a new frame when enough are waiting already.</summary>
internal enum WhenBusy
{
    /// <summary>The frame that waited longest is dropped and counted: what is seen is fresh.</summary>
    DropOldest,

    /// <summary>The source waits: every frame is worked on, as suits files.</summary>
    Wait,
}
