using MtlSplit.IoT.Cli.Tests.Processes;
using MtlSplit.IoT.Testing.Bundles;
using Xunit;

namespace MtlSplit.IoT.Cli.Tests.Commands;

/// <summary>A misspelt setting, in every verb that takes a file of settings: nobody runs by a default that somebody meant to change.</summary>
public sealed class SettingsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mtlsplit-cli-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("""{ "Broker": { "GroupMaxByte": 7 } }""", "There is no setting 'Broker:GroupMaxByte'", "broker", "--listen", "127.0.0.1:0")]
    [InlineData("""{ "Recorder": { "MaxByte": 7 } }""", "There is no setting 'Recorder:MaxByte'", "samples", "record", "--fleet", "north", "--data", "DATA")]
    [InlineData("""{ "Bus": { "Prot": 7 } }""", "There is no setting 'Bus:Prot'", "samples", "record", "--fleet", "north", "--data", "DATA")]
    [InlineData("""{ "Bus": { "Prot": 7 } }""", "There is no setting 'Bus:Prot'", "labels", "simulate", "--fleet", "north", "--seed", "1")]
    [InlineData("""{ "Hub": { "Dat": "x" } }""", "There is no setting 'Hub:Dat'", "hub", "--data", "DATA")]
    [InlineData("""{ "Edge": { "Devise": "x" } }""", "There is no setting 'Edge:Devise'", "edge", "--connection-string", "x", "--data", "DATA")]
    [InlineData("""{ "Bus": { "Prot": 7 } }""", "There is no setting 'Bus:Prot'", "quarantine", "replay", "--data", "DATA", "--task", "object_size", "--broker", "127.0.0.1:1")]
    [InlineData("""{ "Bus": { "Tls": { "CaFil": "x" } } }""", "There is no setting 'Bus:Tls:CaFil'", "bundle", "publish", "BUNDLE", "--data", "DATA", "--fleet", "north", "--broker", "127.0.0.1:1")]
    [InlineData("""{ "Buss": { "Port": 7 } }""", "There is no section 'Buss' of settings", "bundle", "publish", "BUNDLE", "--data", "DATA", "--fleet", "north", "--broker", "127.0.0.1:1")]
    public async Task ASettingThatThereIsNoneOf_IsRefusedByItsPath(string settings, string complaint, params string[] args)
    {
        var (file, data) = (Path.Combine(_folder.FullName, "settings.json"), _folder.CreateSubdirectory("data"));
        await File.WriteAllTextAsync(file, settings, TestContext.Current.CancellationToken);

        var (exit, said) = await Mtlsplit.RunAsync([.. args.Select(arg => arg switch { "DATA" => data.FullName, "BUNDLE" => CommittedBundle.Folder, _ => arg }), "--settings", file]);

        Assert.NotEqual(0, exit);
        Assert.Contains($"error: {complaint}", said, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
        Assert.Empty(data.EnumerateFileSystemInfos());
    }
}
