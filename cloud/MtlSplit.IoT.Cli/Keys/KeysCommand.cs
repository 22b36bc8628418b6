using System.CommandLine;
using MtlSplit.IoT.Hosting.Commands;

namespace MtlSplit.IoT.Cli.Keys;

/// <summary><c>mtlsplit keys</c>: the keys by which vehicles know whose bundles to install.</summary>
internal static class KeysCommand
{
    public static Command Create() => new Command("keys", "Make and look at the keys that bundles are signed with.") { CreateCommand.Create(), ShowCommand.Create() }
        .WithExamples("mtlsplit keys create release --out keys", "mtlsplit keys show keys/release.pub.pem");
}
