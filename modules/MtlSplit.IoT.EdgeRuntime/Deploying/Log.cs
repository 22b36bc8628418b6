using Microsoft.Extensions.Logging;

namespace MtlSplit.IoT.EdgeRuntime.Deploying;

internal static partial class Log
{
    [LoggerMessage(60, LogLevel.Warning, "{File} cannot be read and is passed over: {Reason}")]
    public static partial void DeploymentUnreadable(ILogger logger, string file, string reason);

    [LoggerMessage(61, LogLevel.Information, "Deployment {Version} wants {Modules} modules.")]
    public static partial void DeploymentRead(ILogger logger, long version, int modules);

    [LoggerMessage(62, LogLevel.Error, "Deployment {Version} cannot be used ({Code}); what runs stays: {Reason}")]
    public static partial void DeploymentRefused(ILogger logger, long version, int code, string reason);

    [LoggerMessage(63, LogLevel.Information, "{Step}")]
    public static partial void StepDone(ILogger logger, Planning.Step step);

    [LoggerMessage(64, LogLevel.Error, "{Step} failed: {Reason}")]
    public static partial void StepFailed(ILogger logger, Planning.Step step, string reason);

    [LoggerMessage(65, LogLevel.Warning, "Modules' identities could not be reconciled: {Reason}")]
    public static partial void IdentitiesFailed(ILogger logger, string reason);

    [LoggerMessage(66, LogLevel.Error, "The agent's round failed and is tried again.")]
    public static partial void RoundFailed(ILogger logger, Exception error);


    [LoggerMessage(68, LogLevel.Warning, "The hub cannot be asked about the device's modules: {Reason}")]
    public static partial void HubAway(ILogger logger, string reason);
}
