using System.CommandLine;
using MtlSplit.IoT.Hosting.Commands;

namespace MtlSplit.IoT.Cli.Images;

/// <summary><c>mtlsplit image</c>: modules as container images.</summary>
internal static class ImageCommand
{
    public static Command Create() => new Command("image", "Make container images of modules.") { BuildCommand.Create() }
        .WithExamples("mtlsplit image build --out dist/backbone.tar");
}
