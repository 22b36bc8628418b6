using System.Text.RegularExpressions;
using MtlSplit.IoT.Architecture.Tests.Repository;
using Xunit;

namespace MtlSplit.IoT.Architecture.Tests.Rules;

/// <summary>One engine, one owner, and none in an owner's public face.</summary>
public sealed partial class EngineTests
{
    /// <summary>The package's first words, the assembly's and namespace's first word, and who may use it.</summary>
    public static TheoryData<string, string, string[]> Engines => new()
    {
        { "MQTTnet", "MQTTnet", ["MtlSplit.IoT.Messaging"] },
        { "Microsoft.ML.OnnxRuntime", "Microsoft.ML.OnnxRuntime", ["MtlSplit.IoT.Inference"] },
        { "ZstdSharp", "ZstdSharp", ["MtlSplit.IoT.Inference"] },
        { "TorchSharp", "TorchSharp", ["MtlSplit.IoT.Training"] },
        { "libtorch", "TorchSharp", ["MtlSplit.IoT.Training"] },
        { "PureHDF", "PureHDF", ["MtlSplit.IoT.Training"] },
        { "Google.Protobuf", "Google.Protobuf", ["MtlSplit.IoT.OnnxAuthoring"] },
        { "DuckDB", "DuckDB", ["MtlSplit.IoT.SampleStore"] },
    };

    [Theory]
    [MemberData(nameof(Engines))]
    public void Engine_IsReferencedByItsOwnerAlone(string package, string root, string[] owners)
    {
        var users = Checkout.Shipped.Where(project => project.PackageNames.Any(name => name.StartsWith(package, StringComparison.Ordinal))).ToList();

        Assert.NotEmpty(users);
        Faults.None(users.Where(user => !owners.Contains(user.Name)).Select(user => $"{user} references {package}, which {owners[0]} owns."));
        // A package flows on to whoever references its owner; PrivateAssets keeps it from being compiled against, and this finds it where it was not.
        Faults.None(Checkout.Shipped.Where(project => !owners.Contains(project.Name)).SelectMany(project => project.Sources())
            .Where(source => Using().Matches(Checkout.Read(source)).Any(match => (match.Groups[1].Value + ".").StartsWith(root + ".", StringComparison.Ordinal)))
            .Select(source => $"{source} uses {root}, which {owners[0]} owns."));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public void Engine_IsNotInItsOwnersPublicFace(string package, string root, string[] owners)
    {
        _ = package;
        var face = Checkout.Shipped.Where(project => owners.Contains(project.Name)).SelectMany(owner => PublicSurface.Read(owner.Output(owner.Assembly + ".dll"))).ToList();

        Assert.Contains(face, seen => seen.Assembly == "System.Runtime");
        Faults.None(face.Where(seen => (seen.Assembly + ".").StartsWith(root + ".", StringComparison.Ordinal)).Select(seen => $"{seen.Member} shows {seen.Type} of {seen.Assembly} to its callers."));
    }

    [Fact]
    public void Vehicles_DoNotCarryTrainingEngines() => Faults.None(
        from project in Checkout.Shipped.Where(project => project.Area == "modules")
        from package in project.LockedPackages
        where package.StartsWith("TorchSharp", StringComparison.OrdinalIgnoreCase) || package.StartsWith("libtorch", StringComparison.OrdinalIgnoreCase) || package.StartsWith("DuckDB", StringComparison.OrdinalIgnoreCase)
        select $"{project} brings {package} onto the vehicle.");

    [GeneratedRegex(@"^\s*(?:global )?using (?:static )?(?:\w+ = )?(?:global::)?([\w.]+)", RegexOptions.Multiline)]
    private static partial Regex Using();
}
