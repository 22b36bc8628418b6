using MtlSplit.IoT.Storage.Tests;
using MtlSplit.IoT.Storage.Tests.Journals;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

// The tests, or the process that some of them start and kill.
return args switch
{
    [JournalWriter.Command, var folder, var seed] => JournalWriter.Run(folder, int.Parse(seed)),
    _ when args.Contains("--server") || args.Contains("--internal-msbuild-node") => await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions),
    _ => await ConsoleRunner.Run(args),
};
