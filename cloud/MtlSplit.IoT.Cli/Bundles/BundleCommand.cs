using System.CommandLine;
using MtlSplit.IoT.Hosting.Commands;

namespace MtlSplit.IoT.Cli.Bundles;

/// <summary><c>mtlsplit bundle</c>: what a bundle holds, and whether it may run here.</summary>
internal static class BundleCommand
{
    public static Command Create() => new Command("bundle", "Look into trained bundles and check them.") { ShowCommand.Create(), VerifyCommand.Create(), PublishCommand.Create() }
        .WithExamples("mtlsplit bundle show models/shapes3d-mobilenetv3-small/1", "mtlsplit bundle verify models/shapes3d-mobilenetv3-small/1");

    /// <summary>The argument that names a bundle.</summary>
    public static Argument<string> FolderArgument() => new("bundle") { HelpName = "DIR", Description = "The bundle's folder, which holds model.json." };
}
