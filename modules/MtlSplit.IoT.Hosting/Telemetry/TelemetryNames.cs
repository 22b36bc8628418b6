namespace MtlSplit.IoT.Hosting.Telemetry;

/// <summary>The names of every <c>Meter</c> and <c>ActivitySource</c> of this system; each area uses one name for both.</summary>
public static class TelemetryNames
{
    /// <summary>The backbone process: capture, extraction, publishing.</summary>
    public const string Backbone = "MtlSplit.IoT.Backbone";

    /// <summary>The head consumer process: intake, batching, heads, predictions.</summary>
    public const string HeadConsumer = "MtlSplit.IoT.HeadConsumer";

    /// <summary>The connection to the bus.</summary>
    public const string Messaging = "MtlSplit.IoT.Messaging";

    /// <summary>The embedded broker.</summary>
    public const string Broker = "MtlSplit.IoT.Broker";

    /// <summary>The recorder of features, predictions and labels.</summary>
    public const string SampleStore = "MtlSplit.IoT.SampleStore";

    /// <summary>The local IoT Hub.</summary>
    public const string DevHub = "MtlSplit.IoT.DevHub";

    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<string> All = [Backbone, HeadConsumer, Messaging, Broker, SampleStore, DevHub];
}
