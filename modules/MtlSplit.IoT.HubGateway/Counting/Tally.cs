namespace MtlSplit.IoT.HubGateway.Counting;

/// <summary>What the gateway counts; <see cref="GatewayStatistics"/> says what each is.</summary>
internal enum Tally
{
    Accepted,
    Refused,
    Ended,
    TakenOver,
    OverConnectionLimit,
    NeverConnected,
    Faults,
    Silent,
    Expired,
    Stalled,
    Telemetry,
    TelemetryFailed,
    Wills,
    TwinReads,
    TwinUpdates,
    TwinFailures,
    UnaskedAnswers,
    DesiredSent,
    MethodCalls,
    MethodsUnreachable,
    MethodTimeouts,
    Inputs,
    InputRepeats,
    InputTimeouts,
    InputsBusy,
    UnknownFilters,
    OverSubscriptionLimit,
    SessionsForgotten,
}
