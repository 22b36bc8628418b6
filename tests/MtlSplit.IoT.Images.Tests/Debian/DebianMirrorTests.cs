using MtlSplit.IoT.Images.Debian;
using MtlSplit.IoT.Testing.Packages;
using MtlSplit.IoT.Testing.Waiting;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace MtlSplit.IoT.Images.Tests.Debian;

/// <summary>Packages from a folder, and from a repository that a real apt fetches from.</summary>
public sealed class DebianMirrorTests : IDisposable
{
    private const string AptConfig = "APT_CONFIG";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mtlsplit-mirror-");
    private readonly List<string> _said = [];
    private readonly DebianMirror _mirror;
    private readonly string _amd64;

    public DebianMirrorTests()
    {
        _mirror = new DebianMirror(Path.Combine(_folder.FullName, "packages"), TimeProvider.System, Say);
        _amd64 = Directory.CreateDirectory(Path.Combine(_folder.FullName, "packages", "amd64")).FullName;
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(AptConfig, null);
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Packages_OfTheFolder_ComeInOrderOfTheirNamesAndNothingIsFetched()
    {
        MadePackage.Make(_amd64, "b", version: "2:1.0-1");
        var first = MadePackage.Make(_amd64, "a", architecture: "all");
        MadePackage.Make(_amd64, "a-more");

        var packages = await _mirror.GetAsync(Platform.LinuxX64, ["b", "a"], Ct);

        Assert.Equal([("a", "1.0"), ("b", "2:1.0-1")], packages.Select(package => (package.Name, package.Version)));
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(first))), packages[0].Sha256);
        Assert.Empty(_said);
    }

    [Fact]
    public async Task Package_InTwoVersions_IsRefusedWithBoth()
    {
        MadePackage.Make(_amd64, "a");
        MadePackage.Make(_amd64, "a", version: "1.1");

        var fault = await Assert.ThrowsAsync<ImageException>(() => _mirror.GetAsync(Platform.LinuxX64, ["a"], Ct));

        Assert.Contains("a_1.0_amd64.deb", fault.Message, StringComparison.Ordinal);
        Assert.Contains("a_1.1_amd64.deb", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Package_ForAnotherProcessor_IsRefused()
    {
        MadePackage.Make(_amd64, "a", architecture: "arm64");

        var fault = await Assert.ThrowsAsync<ImageException>(() => _mirror.GetAsync(Platform.LinuxX64, ["a"], Ct));

        Assert.Contains("is for arm64, not for amd64", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task File_ThatIsNoPackage_IsRefusedByName()
    {
        await File.WriteAllTextAsync(Path.Combine(_amd64, "a_1.0_amd64.deb"), "no package", Ct);

        var fault = await Assert.ThrowsAsync<ImageException>(() => _mirror.GetAsync(Platform.LinuxX64, ["a"], Ct));

        Assert.Contains("a_1.0_amd64.deb", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Packages_ThatAreMissing_AreFetchedOnceByAptAlsoForAnotherProcessor()
    {
        var repository = Repository("[trusted=yes]");
        MadePackage.Make(repository, "far", architecture: "arm64");
        MadePackage.Make(repository, "near", architecture: "arm64");
        MadePackage.WriteIndex(repository);

        var both = await Task.WhenAll(_mirror.GetAsync(Platform.LinuxArm64, ["far", "near"], Ct), _mirror.GetAsync(Platform.LinuxArm64, ["near"], Ct));

        Assert.Equal(["far", "near"], both[0].Select(package => package.Name));
        Assert.Equal(both[0][1], Assert.Single(both[1]));
        // Whoever came first fetched what it needed; the other found it, or fetched the rest.
        Assert.All(_said, line => Assert.EndsWith("for arm64", line, StringComparison.Ordinal));
        Assert.Single(_said, line => line.Contains("near", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("[trusted=yes]", "nowhere")]
    [InlineData("", "near")]
    public async Task Package_ThatNobodyHasOrSigned_IsRefusedAfterAFewAttempts(string trust, string name)
    {
        var repository = Repository(trust);
        MadePackage.Make(repository, "near");
        MadePackage.WriteIndex(repository);
        var time = new FakeTimeProvider();
        var mirror = new DebianMirror(Path.Combine(_folder.FullName, "packages"), time, Say);

        var getting = mirror.GetAsync(Platform.LinuxX64, [name], Ct);
        // Only the pauses between attempts pass; apt's own time is the machine's.
        await Expect.UntilAsync(
            () =>
            {
                time.Advance(TimeSpan.FromMilliseconds(50));
                return getting.IsCompleted;
            },
            "it gives up",
            TimeSpan.FromMinutes(1));

        var fault = await Assert.ThrowsAsync<ImageException>(() => getting);
        Assert.StartsWith("apt-get ", fault.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_amd64, "*.deb"));
    }

    private void Say(string line)
    {
        lock (_said)
        {
            _said.Add(line);
        }
    }

    /// <summary>A repository that is all that apt knows of.</summary>
    private string Repository(string trust)
    {
        var repository = _folder.CreateSubdirectory("repository").FullName;
        var sources = Path.Combine(_folder.FullName, "sources.list");
        File.WriteAllText(sources, $"deb {trust} file:{repository} ./\n");
        var config = Path.Combine(_folder.FullName, "apt.conf");
        File.WriteAllText(config, $"Dir::Etc::sourcelist \"{sources}\";\nDir::Etc::sourceparts \"/dev/null\";\n");
        Environment.SetEnvironmentVariable(AptConfig, config);
        return repository;
    }
}
