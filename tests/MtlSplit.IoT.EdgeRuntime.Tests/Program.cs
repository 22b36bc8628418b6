using MtlSplit.IoT.EdgeRuntime.Tests;
using MtlSplit.IoT.EdgeRuntime.Tests.Devices;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

// The tests, or the module that some of them deploy.
return args switch
{
    ["be-a-module", ..] => await TestModule.RunAsync(),
    _ when args.Contains("--server") || args.Contains("--internal-msbuild-node") => await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions),
    _ => await ConsoleRunner.Run(args),
};
