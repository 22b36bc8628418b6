using System.Text.RegularExpressions;
using System.Xml.Linq;
using MtlSplit.IoT.Architecture.Tests.Repository;
using Xunit;

namespace MtlSplit.IoT.Architecture.Tests.Rules;

/// <summary>The solution, the packages and the tests hang together.</summary>
public sealed partial class SolutionTests
{
    /// <summary>Test projects about more than one project.</summary>
    private static readonly string[] Overarching = ["MtlSplit.IoT.Architecture.Tests", "MtlSplit.IoT.Conformance.Tests", "MtlSplit.IoT.HubFidelity.Tests", "MtlSplit.IoT.Loop.Tests"];

    [Fact]
    public void Solution_HoldsEveryProject()
    {
        var listed = SolutionProject().Matches(Checkout.Read("MtlSplit.IoT.sln")).Select(match => match.Groups[1].Value.Replace('\\', '/')).Order(StringComparer.Ordinal);

        Assert.Equal(Checkout.Projects.Select(project => project.Path).Order(StringComparer.Ordinal), listed);
    }

    [Fact]
    public void Projects_AreNamedLikeTheirFolders() =>
        Faults.None(Checkout.Projects.Where(project => Path.GetFileName(project.Folder) != project.Name || !project.Name.StartsWith("MtlSplit.IoT.", StringComparison.Ordinal)).Select(project => $"{project.Path}: folder and project differ."));

    [Fact]
    public void TestProjects_HaveTheirSubject()
    {
        var tests = Checkout.Projects.Where(project => project.IsTests && !Overarching.Contains(project.Name)).ToList();

        Assert.True(tests.Count >= 10, "The tests are elsewhere; this test looks at nothing.");
        Faults.None(tests.Where(test => test.Uses.All(used => used.Name + ".Tests" != test.Name)).Select(test => $"{test} does not reference the project that it is named for."));
    }

    [Fact]
    public void ShippedProjects_AreUsedByATest() => Faults.None(Checkout.Shipped
        .Where(project => Checkout.Projects.Where(test => test.IsTests).All(test => test.Uses.Concat(test.BuiltBefore).All(used => used.Path != project.Path)))
        .Select(project => $"{project} is in no test project's references."));

    [Fact]
    public void Libraries_AreUsedBySomethingThatShips() => Faults.None(Checkout.Shipped
        .Where(project => !project.IsExecutable && Checkout.Shipped.All(other => other.Uses.All(used => used.Path != project.Path)))
        .Select(project => $"Nothing that ships uses {project}."));

    [Fact]
    public void TestProjects_HaveTests() => Faults.None(Checkout.Projects.Where(project => project.IsTests)
        .Where(project => !project.Sources().Any(source => TestAttribute().IsMatch(Checkout.Read(source))))
        .Select(project => $"{project} has no test; dotnet test fails on it."));

    [Fact]
    public void Packages_AreUsed()
    {
        var locked = Checkout.Projects.SelectMany(project => project.LockedPackages).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var central = XElement.Parse(Checkout.Read("Directory.Packages.props")).Descendants().Where(e => e.Name.LocalName is "PackageVersion" or "GlobalPackageReference").Select(e => e.Attribute("Include")!.Value).ToList();

        Assert.NotEmpty(central);
        Faults.None(central.Where(name => !locked.Contains(name)).Select(name => $"Directory.Packages.props: {name} is in no project."));
        Faults.None(Checkout.Projects.SelectMany(project => project.Packages.Where(package => package.Attribute("Version") is not null).Select(package => $"{project}: the version of {package.Attribute("Include")!.Value} belongs into Directory.Packages.props.")));
    }

    [Fact]
    public void LockFiles_AreUpToDate() => Faults.None(Checkout.Projects
        .Where(project => !project.UsesInTheEnd.Select(used => used.Assembly.ToLowerInvariant()).ToHashSet().SetEquals(project.LockedProjects)
            || project.PackageNames.Except(project.LockedPackages, StringComparer.OrdinalIgnoreCase).Any())
        .Select(project => $"{project.Folder}/packages.lock.json is of other references: dotnet restore {project.Folder} --force-evaluate"));

    [GeneratedRegex(@"""([^""]+\.csproj)""")]
    private static partial Regex SolutionProject();

    [GeneratedRegex(@"^\s*\[(Fact|Theory)\b", RegexOptions.Multiline)]
    private static partial Regex TestAttribute();
}
