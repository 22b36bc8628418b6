namespace MtlSplit.IoT.Contracts.Topics;

/// <summary>What flows on a topic of the data plane.</summary>
public enum DataTopicKind
{
    /// <summary>Not a topic of the data plane.</summary>
    None = 0,

    /// <summary>One feature of one frame.</summary>
    Feature,

    /// <summary>One head's answer for one frame.</summary>
    Prediction,

    /// <summary>The truth about one frame.</summary>
    Label,

    /// <summary>One encoded frame, sent only when asked for.</summary>
    Frame,

    /// <summary>A vehicle's retained status.</summary>
    VehicleStatus,

    /// <summary>A contract's retained descriptor.</summary>
    Contract,

    /// <summary>A head consumer's retained status.</summary>
    HeadConsumer,

    /// <summary>An event of the platform.</summary>
    Event,

    /// <summary>Tells a vehicle what of it went into quarantine.</summary>
    QuarantineNotice,
}
