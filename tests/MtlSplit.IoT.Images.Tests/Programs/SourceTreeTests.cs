using System.Diagnostics;
using System.Runtime.Versioning;
using Microsoft.Extensions.Time.Testing;
using MtlSplit.IoT.Images.Programs;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.Images.Tests.Programs;

/// <summary>What git says of a checkout, in real ones.</summary>
[SupportedOSPlatform("linux")]
public sealed class SourceTreeTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mtlsplit-tree-");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Checkout_WithAHistory_HasACommitAndItsTime()
    {
        var commit = Commit();

        var clean = await SourceTree.FindAsync(_folder.FullName, TimeProvider.System, Ct);
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "new"), "", Ct);
        var dirty = await SourceTree.FindAsync(_folder.FullName, TimeProvider.System, Ct);

        Assert.Equal(new SourceTree(_folder.FullName, commit, DateTimeOffset.FromUnixTimeSeconds(1_700_000_000)), clean);
        Assert.Equal($"{commit}-dirty", dirty.Revision);
    }

    [Fact]
    public async Task Checkout_WithoutAHistory_HasNeither()
    {
        Mark();

        Assert.Equal(new SourceTree(_folder.FullName, null, null), await SourceTree.FindAsync(_folder.FullName, TimeProvider.System, Ct));
    }

    [Fact]
    public async Task Folder_ThatIsNoCheckout_IsRefused()
    {
        var fault = await Assert.ThrowsAsync<ImageException>(() => SourceTree.FindAsync(_folder.FullName, TimeProvider.System, Ct));

        Assert.Contains(_folder.FullName, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Git_ThatHangs_IsEndedAndNamed()
    {
        Commit();
        var (asked, monitor) = (Path.Combine(_folder.FullName, ".git", "asked"), Path.Combine(_folder.FullName, ".git", "monitor"));
        // git asks this program which files changed, and waits for it.
        await File.WriteAllTextAsync(monitor, $"#!/bin/sh\ntouch '{asked}'\nexec sleep 100\n", Ct);
        File.SetUnixFileMode(monitor, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Git("config", "core.fsmonitor", monitor);
        var time = new FakeTimeProvider();

        var finding = SourceTree.FindAsync(_folder.FullName, time, Ct);
        await Expect.UntilAsync(() => File.Exists(asked), "git waits");
        time.Advance(TimeSpan.FromSeconds(31));

        var fault = await Assert.ThrowsAsync<ImageException>(() => Expect.WithinAsync(finding, "the wait ends"));
        Assert.Matches("^git .* did not end within 00:00:30", fault.Message);
    }

    private void Mark() => File.WriteAllText(Path.Combine(_folder.FullName, "MtlSplit.IoT.sln"), "");

    private string Commit()
    {
        Mark();
        Git("init", "--quiet");
        Git("add", ".");
        Git("-c", "user.name=n", "-c", "user.email=e@example.org", "commit", "--quiet", "--message", "first");
        return Git("rev-parse", "HEAD");
    }

    private string Git(params string[] arguments)
    {
        var start = new ProcessStartInfo("git", ["-C", _folder.FullName, .. arguments]) { RedirectStandardOutput = true };
        start.Environment["GIT_COMMITTER_DATE"] = "1700000000 +0000";
        using var process = Process.Start(start)!;
        var said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return said.Trim();
    }
}
