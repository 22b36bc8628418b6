using Microsoft.Extensions.Logging;

namespace MtlSplit.IoT.EdgeRuntime.Running;

internal static partial class Log
{
    [LoggerMessage(40, LogLevel.Information, "Module {Module} runs as process {Process}.")]
    public static partial void Started(ILogger logger, string module, int process);

    [LoggerMessage(41, LogLevel.Information, "Module {Module} was stopped.")]
    public static partial void Stopped(ILogger logger, string module);

    [LoggerMessage(42, LogLevel.Warning, "Module {Module}, process {Process}, did not end within {Grace} and is killed.")]
    public static partial void Killed(ILogger logger, string module, int process, TimeSpan grace);

    [LoggerMessage(43, LogLevel.Warning, "Module {Module} ended by itself with {ExitCode}.")]
    public static partial void Ended(ILogger logger, string module, int? exitCode);

    [LoggerMessage(44, LogLevel.Information, "Module {Module} still runs as process {Process} and is taken on.")]
    public static partial void TakenOn(ILogger logger, string module, int process);

    [LoggerMessage(45, LogLevel.Information, "Module {Module} ended while no runtime was there.")]
    public static partial void FoundEnded(ILogger logger, string module);

    [LoggerMessage(46, LogLevel.Error, "Module {Module}: its record {File} cannot be read and is taken away; processes of its that were ended: {Ended}. The plan makes it again. {Reason}")]
    public static partial void ModuleDamaged(ILogger logger, string module, string file, int ended, string reason);

    [LoggerMessage(50, LogLevel.Error, "Module {Module}: process {Process} of {File}, which its record does not know of, is ended.")]
    public static partial void Stray(ILogger logger, string module, int process, string file);

    [LoggerMessage(51, LogLevel.Error, "Module {Module}, process {Process}, did not end within {Grace} of being killed. Its folder {Folder} is kept, and the next start tries again.")]
    public static partial void Unkillable(ILogger logger, string module, int process, TimeSpan grace, string folder);

    [LoggerMessage(52, LogLevel.Information, "{Folder} was left by a module that was being made or taken away, and goes.")]
    public static partial void LeftOver(ILogger logger, string folder);

    [LoggerMessage(47, LogLevel.Warning, "{File} could not be written: {Reason}")]
    public static partial void NotSaved(ILogger logger, string file, string reason);

    [LoggerMessage(48, LogLevel.Warning, "Containers cannot be seen: {Reason}")]
    public static partial void EngineAway(ILogger logger, string reason);

    [LoggerMessage(53, LogLevel.Warning, "That containers end is seen late for now: {Reason}")]
    public static partial void NotWatched(ILogger logger, string reason);

    [LoggerMessage(49, LogLevel.Warning, "The image {Image} could not be fetched; the one that is here is used: {Reason}")]
    public static partial void ImageNotFetched(ILogger logger, string image, string reason);
}
