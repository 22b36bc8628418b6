using System.Text.RegularExpressions;
using MtlSplit.IoT.Cli.Tests.Processes;
using Xunit;

namespace MtlSplit.IoT.Cli.Tests.Commands;

public sealed partial class HelpTests
{
    [Fact]
    public async Task EveryVerb_HasHelpOfItsOwnWithARealCommandLine()
    {
        var seen = new List<string>();
        await WalkAsync([]);

        string[] known =
        [
            "demo", "broker", "hub", "edge", "device create", "device list", "device show", "device tag", "device delete", "dataset info", "dataset sheet", "dataset export", "train", "evaluate", "drift check", "drift simulate", "export", "bundle show", "bundle verify", "bundle sign", "bundle pack", "keys create", "keys show", "image build", "samples record", "samples stats",
            "samples query", "samples export", "samples compact", "labels import", "labels conflicts", "labels queue", "labels simulate", "retrain heads", "registry list", "registry show", "registry lineage", "registry promote", "registry rollback", "registry gc", "registry verify", "registry deliver", "quarantine list", "quarantine show", "quarantine replay",
        ];
        Assert.All(known, verbs => Assert.Contains($"mtlsplit {verbs}", seen));

        async Task WalkAsync(string[] verbs)
        {
            var (exit, help) = await Mtlsplit.RunAsync([.. verbs, "--help"]);
            var path = string.Join(' ', verbs.Prepend("mtlsplit"));
            Assert.True(exit == 0, help);
            // The trainer is another executable; its help shows what people type all the same.
            Assert.Matches($@"Usage:\s+{path} ", help);
            Assert.Matches($@"Examples?:\n  {path}", help);
            seen.Add(path);
            var commands = Commands().Match(help).Groups[1].Value;
            foreach (Match command in Command().Matches(commands))
            {
                await WalkAsync([.. verbs, command.Groups[1].Value]);
            }
        }
    }

    [Theory]
    [InlineData("mtlsplit needs a command: demo, broker, ")]
    [InlineData("'fly' is no command of mtlsplit; there are demo, broker, ", "fly")]
    [InlineData("mtlsplit quarantine needs a command: list, show, replay.", "quarantine")]
    [InlineData("'fly' is no command of mtlsplit quarantine; there are list, show, replay.", "quarantine", "fly")]
    [InlineData("'fly' is no command of mtlsplit dataset; there are info, sheet, export.", "dataset", "fly")]
    [InlineData("--wings", "demo", "--wings")]
    [InlineData("--out: it may not be empty", "train", "--out", "")]
    public async Task WhatIsNoCommandLine_IsAnsweredWithWhatThereIs(string complaint, params string[] args)
    {
        var (exit, said) = await Mtlsplit.RunAsync(args);

        Assert.Equal(2, exit);
        Assert.Contains(complaint, said, StringComparison.Ordinal);
        Assert.Contains("Try --help.", said, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--broker <embedded|mosquitto>", "[default: embedded]", "demo")]
    [InlineData("--split <all|training|test>", "[default: test]", "labels", "simulate")]
    public async Task Choices_AreShownAsPeopleTypeThem(string flag, string standard, params string[] verbs)
    {
        var (exit, help) = await Mtlsplit.RunAsync([.. verbs, "--help"]);

        Assert.Equal(0, exit);
        Assert.Matches($@"{Regex.Escape(flag)} .*{Regex.Escape(standard)}", help);
    }

    [GeneratedRegex(@"^Commands:\n((?:  .*\n)+)", RegexOptions.Multiline)]
    private static partial Regex Commands();

    [GeneratedRegex(@"^  ([a-z]+) ", RegexOptions.Multiline)]
    private static partial Regex Command();
}
