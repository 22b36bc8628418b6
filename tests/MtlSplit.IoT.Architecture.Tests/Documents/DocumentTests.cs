using System.Text.RegularExpressions;
using MtlSplit.IoT.Architecture.Tests.Repository;
using Xunit;

namespace MtlSplit.IoT.Architecture.Tests.Documents;

/// <summary>The documents say what is so.</summary>
public sealed partial class DocumentTests
{
    private static readonly string[] Documents = [.. Checkout.Files.Where(file => file.EndsWith(".md", StringComparison.Ordinal))];

    [Theory]
    [InlineData("README.md")]
    [InlineData("CONTRIBUTING.md")]
    public void Document_IsThere(string name) => Assert.Contains(name, Documents);

    [Fact]
    public void Links_LeadToFiles() => Faults.None(
        from document in Documents
        from link in Link().Matches(Checkout.Read(document)).Select(match => match.Groups[1].Success ? match.Groups[1].Value : match.Groups[2].Value)
        where !link.Contains("://", StringComparison.Ordinal)
        where !Leads(document, link)
        select $"{document}: {link} leads nowhere.");

    [Fact]
    public void Names_InDocuments_AreThere() => Faults.None(
        from document in Documents.Where(document => !document.StartsWith("models/", StringComparison.Ordinal))
        from name in Mention().Matches(Checkout.Read(document)).Select(match => match.Groups[1].Value.TrimEnd('/', '.')).Distinct()
        where !File.Exists(Path.Combine(Checkout.Top, name)) && !Directory.Exists(Path.Combine(Checkout.Top, name))
        select $"{document}: there is no {name}.");

    [Fact]
    public async Task CommandLines_AreWhatTheProgramsTake()
    {
        List<string> faults = [];
        var commands = Documents.SelectMany(document => CommandLine.FindIn(document, Checkout.Read(document))).ToList();
        Assert.Contains(commands, command => command.Program == "mtlsplit");
        foreach (var group in commands.GroupBy(command => (command.Program, string.Join(' ', command.Verbs))))
        {
            var help = await CommandHelp.ReadAsync(group.Key.Program, group.First().Verbs, TestContext.Current.CancellationToken);
            faults.AddRange(group.SelectMany(command => command.FaultsAgainst(help)));
        }

        Faults.None(faults.Distinct());
    }

    [Fact]
    public void CiScript_RunsTheReadmesCommands()
    {
        var script = Checkout.Read(".ci/run");
        var readme = Checkout.Read("README.md");

        Assert.All(["dotnet test --solution MtlSplit.IoT.sln --max-parallel-test-modules 1", "dotnet run --project cloud/MtlSplit.IoT.Cli -- demo"], command =>
        {
            Assert.Contains(command, readme, StringComparison.Ordinal);
            Assert.Contains(command, script, StringComparison.Ordinal);
        });
    }

    private static bool Leads(string document, string link)
    {
        var (path, anchor) = link.Split('#', 2) is [var before, var after] ? (before, after) : (link, null);
        var target = path.Length == 0 ? document : Path.Combine(Path.GetDirectoryName(document)!, path);
        var full = Path.Combine(Checkout.Top, target);
        return (File.Exists(full) || Directory.Exists(full)) && (anchor is null || Anchors(File.ReadAllText(full)).Contains(anchor));
    }

    private static IEnumerable<string> Anchors(string text) =>
        Heading().Matches(text).Select(match => NotInAnchors().Replace(match.Groups[1].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-'));

    [GeneratedRegex(@"\]\(([^)\s]+)\)|(?:src|href)=""([^""]+)""")]
    private static partial Regex Link();

    // Paths below the top in code: `cloud/MtlSplit.IoT.Cli/`. One with a placeholder in it stands for many.
    [GeneratedRegex(@"`((?:\.ci|cloud|deployment-manifests|modules|tests)/[\w./-]*|[\w.]+\.(?:props|targets|sln|txt))`")]
    private static partial Regex Mention();

    [GeneratedRegex(@"^#+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInAnchors();
}
