using MtlSplit.IoT.Architecture.Tests.Repository;
using Xunit;

namespace MtlSplit.IoT.Architecture.Tests.Rules;

/// <summary>Which way the arrows point.</summary>
public sealed class LayerTests
{
    private static readonly string[] AheadOfTime =
        ["MtlSplit.IoT.Contracts", "MtlSplit.IoT.Messaging", "MtlSplit.IoT.Inference", "MtlSplit.IoT.HubProtocol", "MtlSplit.IoT.EdgeModule", "MtlSplit.IoT.Storage", "MtlSplit.IoT.Backbone"];

    [Fact]
    public void Contracts_ReferencesNothing()
    {
        var contracts = Checkout.Projects.Single(project => project.Name == "MtlSplit.IoT.Contracts");

        Assert.Empty(contracts.Uses.Concat(contracts.BuiltBefore));
        Assert.Empty(contracts.Packages);
        // What the build adds to every project, and to every trimmable one.
        Assert.Subset(new HashSet<string> { "Microsoft.CodeAnalysis.BannedApiAnalyzers", "Microsoft.NET.ILLink.Tasks" }, contracts.LockedPackages.ToHashSet());
    }

    [Fact]
    public void Modules_NeverReferenceTheCloud()
    {
        var modules = Checkout.Shipped.Where(project => project.Area == "modules").ToList();

        Assert.True(modules.Count >= 7, "The modules are elsewhere; this test looks at nothing.");
        Faults.None(modules.SelectMany(module => module.Uses.Concat(module.BuiltBefore).Where(other => other.Area != "modules").Select(other => $"{module} references {other}, which is in {other.Area}/.")));
    }

    [Fact]
    public void WhatShips_NeverReferencesTests() => Faults.None(
        Checkout.Shipped.SelectMany(project => project.Uses.Concat(project.BuiltBefore).Where(other => other.Area == "tests").Select(other => $"{project} ships and references {other}.")));

    [Fact]
    public void Executables_NeverUseAnothersCode()
    {
        Assert.True(Checkout.Shipped.Count(project => project.IsExecutable) >= 4, "The executables are elsewhere; this test looks at nothing.");
        Faults.None(Checkout.Shipped.SelectMany(project => project.Uses.Where(other => other.IsExecutable).Select(other =>
            $"{project} uses the code of {other}, an executable. They meet on the bus; for the build's order alone set ReferenceOutputAssembly=\"false\".")));
    }

    [Fact]
    public void VehicleCode_IsTrimAndAotCompatible()
    {
        var vehicle = Checkout.Projects.Where(project => AheadOfTime.Contains(project.Name)).ToList();

        Assert.Equal(AheadOfTime.Order(), vehicle.Select(project => project.Name).Order());
        Faults.None(vehicle.SelectMany(project => project.UsesInTheEnd.Append(project)).DistinctBy(project => project.Path)
            .Where(project => project.Property("IsAotCompatible") != "true").Select(project => $"{project} runs on a vehicle and does not set IsAotCompatible."));
    }

    /// <summary>The generator of log messages writes an assembly's classes in another order each time, so that with two of them the same sources would give another image.</summary>
    [Fact]
    public void VehicleCode_LogsByOneClassForEachAssembly() => Faults.None(
        from project in Checkout.Projects.Where(project => AheadOfTime.Contains(project.Name)).SelectMany(project => project.UsesInTheEnd.Append(project)).DistinctBy(project => project.Path)
        let classes = project.Sources().Where(source => Checkout.Read(source).Contains("[LoggerMessage(", StringComparison.Ordinal)).ToList()
        where classes.Count > 1
        select $"{project} logs by several classes: {string.Join(", ", classes)}.");

    [Fact]
    public void Folders_AreNamedForWhatIsInThem()
    {
        string[] empty = ["Helpers", "Helper", "Utils", "Util", "Utilities", "Services", "Common", "Misc", "Shared"];
        Faults.None(Checkout.Files.Where(file => file.Split('/')[..^1].Any(folder => empty.Contains(folder, StringComparer.OrdinalIgnoreCase))).Select(file => $"{file}: the folder's name does not say what is in it."));
    }

    [Fact]
    public void Top_HoldsTheParts_BuildFilesAndDocuments()
    {
        string[] folders = ["cloud", "deployment-manifests", "models", "modules", "tests"];
        string[] files = ["BannedSymbols.txt", "CONTRIBUTING.md", "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props", "MtlSplit.IoT.sln", "README.md", "global.json"];
        Faults.None(Checkout.Files.Select(file => file.Split('/')).Where(parts => parts[0][0] != '.' && !(parts.Length > 1 ? folders : files).Contains(parts[0]))
            .Select(parts => $"{parts[0]} does not belong at the top.").Distinct());
    }
}
