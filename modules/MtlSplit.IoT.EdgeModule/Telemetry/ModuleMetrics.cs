using System.Diagnostics.Metrics;

namespace MtlSplit.IoT.EdgeModule.Telemetry;

/// <summary>What a module client measures, and the names for those who collect it.</summary>
public static class ModuleMetrics
{
    /// <summary>The meter.</summary>
    public const string MeterName = "MtlSplit.IoT.EdgeModule";

    /// <summary>Messages that the hub acknowledged.</summary>
    public const string EventsSentName = "mtlsplit.module.events.sent";

    /// <summary>Messages of inputs, by outcome: completed, rejected, given up, unhandled, unreadable.</summary>
    public const string InputsName = "mtlsplit.module.inputs";

    /// <summary>Method calls answered, by status.</summary>
    public const string MethodCallsName = "mtlsplit.module.methods";

    /// <summary>Requests about the twin, by verb.</summary>
    public const string TwinRequestsName = "mtlsplit.module.twin.requests";

    /// <summary>Changes of the desired properties handed on.</summary>
    public const string DesiredChangesName = "mtlsplit.module.desired.changes";

    /// <summary>Changes of the desired properties passed over as older than known.</summary>
    public const string DesiredIgnoredName = "mtlsplit.module.desired.ignored";

    internal const string OutcomeTag = "outcome";
    internal const string StatusTag = "status";
    internal const string VerbTag = "verb";

    private static readonly Meter Meter = new(MeterName);

    internal static Counter<long> EventsSent { get; } = Meter.CreateCounter<long>(EventsSentName, "{message}", "Messages that the hub acknowledged.");

    internal static Counter<long> Inputs { get; } = Meter.CreateCounter<long>(InputsName, "{message}", "Messages of inputs, by outcome.");

    internal static Counter<long> MethodCalls { get; } = Meter.CreateCounter<long>(MethodCallsName, "{call}", "Method calls answered, by status.");

    internal static Counter<long> TwinRequests { get; } = Meter.CreateCounter<long>(TwinRequestsName, "{request}", "Requests about the twin, by verb.");

    internal static Counter<long> DesiredChanges { get; } = Meter.CreateCounter<long>(DesiredChangesName, "{change}", "Changes of the desired properties handed on.");

    internal static Counter<long> DesiredIgnored { get; } = Meter.CreateCounter<long>(DesiredIgnoredName, "{change}", "Changes of the desired properties passed over as older than known.");
}
