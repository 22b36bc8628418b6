using MtlSplit.IoT.Backbone.Tests.Updating.Kills;
using MtlSplit.IoT.Backbone.Tests.Updating.Storing;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

namespace MtlSplit.IoT.Backbone.Tests;

/// <summary>Runs the tests as xunit's own entry point does, and beside that the long run of kills and the processes that it kills.</summary>
internal static class EntryPoint
{
    public static async Task<int> Main(string[] args) => args switch
    {
        [KillChild.Verb, var plan] => await KillChild.RunAsync(plan),
        [StoreHolder.Verb, var folder] => StoreHolder.Run(folder),
        ["--kills", ..] => await KillCommand.RunAsync(args),
        _ when args.Any(arg => arg is "--server" or "--internal-msbuild-node") => await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions),
        _ => await ConsoleRunner.Run(args),
    };
}
