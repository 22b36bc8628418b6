using System.Text.Json;
using System.Text.RegularExpressions;
using MtlSplit.IoT.Architecture.Tests.Repository;
using Xunit;

namespace MtlSplit.IoT.Architecture.Tests.Rules;

/// <summary>What is in the files themselves.</summary>
public sealed partial class TextTests
{
    private const int LongestSource = 500;

    [Fact]
    public void Sources_AreShortEnoughToRead()
    {
        var sources = Checkout.Files.Where(file => file.EndsWith(".cs", StringComparison.Ordinal)).ToList();

        Assert.True(sources.Count > 100, "The sources are elsewhere; this test looks at nothing.");
        Faults.None(sources.Select(file => (file, lines: Checkout.Read(file).AsSpan().Count('\n'))).Where(s => s.lines > LongestSource).Select(s => $"{s.file} has {s.lines} lines; {LongestSource} are the most."));
    }

    [Fact]
    public void Text_NamesNoPlaceOnOneMachine() => Faults.None(
        from file in Checkout.TextFiles
        from line in Checkout.Read(file).Split('\n').Index()
        let match = MachinePath().Match(line.Item)
        where match.Success
        select $"{file}:{line.Index + 1}: {match.Value} is a place on one machine.");

    [Fact]
    public void Settings_Parse()
    {
        foreach (var file in Checkout.Files.Where(file => file.EndsWith(".json", StringComparison.Ordinal)))
        {
            try
            {
                using var document = JsonDocument.Parse(Checkout.Read(file));
                Assert.Equal(JsonValueKind.Object, document.RootElement.ValueKind);
            }
            catch (JsonException e)
            {
                Assert.Fail($"{file}: {e.Message}");
            }
        }
    }

    [Fact]
    public void Executables_HaveSettingsOrSayWhyNot() => Faults.None(
        from project in Checkout.Shipped.Where(project => project.IsExecutable)
        let has = Checkout.Files.Contains($"{project.Folder}/appsettings.json")
        let copied = project.Xml.Descendants("Content").Any(content => content.Attribute("Include")?.Value == "appsettings.json" && content.Attribute("CopyToOutputDirectory") is not null)
        let explained = Checkout.Read(project.Path).Contains("No appsettings.json:", StringComparison.Ordinal)
        where has ? !copied : !explained
        select has ? $"{project} does not copy its appsettings.json beside the program." : $"{project} has no appsettings.json, nor a comment 'No appsettings.json: …' that says why.");

    // A home, a mount or a drive of somebody's: not /usr, /etc or /var, which are the same everywhere.
    [GeneratedRegex(@"(?<![\w.$}*])/(home|root|Users|work|mnt|media)/[\w.-]+|\b[A-Z]:\\[\w.-]+\\")]
    private static partial Regex MachinePath();
}
