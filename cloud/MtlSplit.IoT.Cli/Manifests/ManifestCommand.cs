using System.CommandLine;
using MtlSplit.IoT.Hosting.Commands;

namespace MtlSplit.IoT.Cli.Manifests;

/// <summary><c>mtlsplit manifest</c>: what a fleet shall run, as deployment manifests of IoT Edge.</summary>
internal static class ManifestCommand
{
    public static Command Create() => new Command("manifest", "Write, check, compare and hand in deployment manifests.")
    {
        RenderCommand.Create(), ValidateCommand.Create(), DiffCommand.Create(), ApplyCommand.Create(),
    }.WithExamples(
        "mtlsplit manifest render --template deployment-manifests/backbone.canary.json --bundle models/shapes3d-mobilenetv3-small/1 --source https://hub.example/bundles/1.zip --fleet north --broker 127.0.0.1:1883 --out canary.json",
        "mtlsplit manifest validate deployment-manifests/base.json canary.json",
        "mtlsplit manifest diff deployed.json canary.json");

    /// <summary>An argument that names manifests.</summary>
    public static Argument<string> File(string name) => new(name) { HelpName = "FILE", Description = "A manifest, JSON." };
}
