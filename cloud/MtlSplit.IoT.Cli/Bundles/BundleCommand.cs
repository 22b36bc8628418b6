using System.CommandLine;
using MtlSplit.IoT.Hosting.Commands;

namespace MtlSplit.IoT.Cli.Bundles;

/// <summary><c>mtlsplit bundle</c>: what a bundle holds, whether it may run here, and how it becomes one signed file.</summary>
internal static class BundleCommand
{
    public static Command Create() => new Command("bundle", "Look into trained bundles, check them, sign them, pack them into one file, and offer their heads.")
    {
        ShowCommand.Create(), VerifyCommand.Create(), SignCommand.Create(), PackCommand.Create(), PublishCommand.Create(),
    }
        .WithExamples(
            "mtlsplit bundle show models/shapes3d-mobilenetv3-small/1",
            "mtlsplit bundle verify models/shapes3d-mobilenetv3-small/1",
            "mtlsplit bundle pack models/shapes3d-mobilenetv3-small/1 --out dist --key keys/release.key.pem");

    /// <summary>The argument that names a bundle.</summary>
    public static Argument<string> BundleArgument() => new("bundle") { HelpName = "BUNDLE", Description = "The bundle: its folder, which holds model.json, or its archive." };

    /// <summary>The flag for the key that signs.</summary>
    public static Option<string?> KeyOption(bool required) => new("--key") { HelpName = "FILE", Description = "The private key that signs, PEM, as keys create makes it.", Required = required };
}
