using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Contracts.Bundles.Archives;
using MtlSplit.IoT.Contracts.Bundles.Signatures;
using MtlSplit.IoT.Testing.Bundles;
using Xunit;

namespace MtlSplit.IoT.Contracts.Tests.Bundles;

public sealed class BundleArchiveTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mtlsplit-bundle-");
    private readonly SigningKey _key = SigningKey.Create();
    private readonly Bundle _bundle;

    public BundleArchiveTests()
    {
        var source = _folder.CreateSubdirectory("source").FullName;
        BundleTests.WriteBundle(source);
        _bundle = Bundle.Open(source);
    }

    public static TheoryData<string, BundleFault> BrokenArchives => [.. BrokenArchive.Ways.Select(way => new TheoryDataRow<string, BundleFault>(way.Key, way.Value))];

    public void Dispose()
    {
        _key.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public void AnArchive_Extracted_IsTheBundleAgain()
    {
        var archive = Open(BrokenArchive.Whole(_bundle, _key));

        Assert.Equal(_bundle.Digest, archive.Digest);
        Assert.Equal([_key.Id], archive.Signers);
        var target = Extract(archive);
        var again = Bundle.Open(target);
        Assert.Equal(_bundle.Digest, again.Digest);
        Assert.Equal(
            _bundle.Manifest.Files.Select(f => f.Path).Append("model.json").Append("model.sig").Order(StringComparer.Ordinal),
            Directory.EnumerateFiles(target, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(target, f)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Pack_GivesTheSameBytes_WhereverAndWhenever_NamedByTheDigest()
    {
        var copy = _folder.CreateSubdirectory("copy").FullName;
        BundleTests.WriteBundle(copy);
        foreach (var file in Directory.EnumerateFiles(copy, "*", SearchOption.AllDirectories))
        {
            File.SetLastWriteTimeUtc(file, DateTime.UnixEpoch.AddYears(40));
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }
        }

        var one = BundlePacker.Pack(_bundle, null, Path.Combine(_folder.FullName, "out"));
        var other = BundlePacker.Pack(Bundle.Open(copy), null, Path.Combine(_folder.FullName, "out2"));

        Assert.Equal($"{_bundle.Digest}.mtlbundle", Path.GetFileName(one));
        Assert.Equal(File.ReadAllBytes(one), File.ReadAllBytes(other));
        Assert.Equal([one], Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(one)!));
    }

    [Fact]
    public void AnotherZipTool_ReadsAnArchive_AndItsArchivesAreRead()
    {
        var packed = BundlePacker.Pack(_bundle, null, _folder.FullName);
        var unpacked = Path.Combine(_folder.FullName, "unpacked");
        System.IO.Compression.ZipFile.ExtractToDirectory(packed, unpacked);
        Assert.Equal(_bundle.Digest, Bundle.Open(unpacked).Digest);

        var deflated = Path.Combine(_folder.FullName, "deflated.zip");
        System.IO.Compression.ZipFile.CreateFromDirectory(unpacked, deflated, System.IO.Compression.CompressionLevel.SmallestSize, includeBaseDirectory: false);
        using var stream = File.OpenRead(deflated);
        Assert.Equal(_bundle.Digest, Bundle.Open(Extract(BundleArchive.Open(stream, "it", null, null, BundleLimits.Default))).Digest);
    }

    [Theory]
    [MemberData(nameof(BrokenArchives))]
    public void ABrokenArchive_IsRefused_AndNothingIsWrittenOutside(string way, BundleFault fault)
    {
        var bytes = BrokenArchive.Make(way, _bundle, _key);
        var before = Outside();

        var refused = Assert.Throws<BundleException>(() => Extract(Open(bytes)));

        Assert.Equal(fault, refused.Fault);
        Assert.DoesNotContain("\n", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, Outside());
    }

    [Fact]
    public void EveryByteOfAnArchive_Flipped_IsRefusedOrMakesNoDifference()
    {
        var whole = BrokenArchive.Whole(_bundle, _key);
        for (var at = 0; at < whole.Length; at++)
        {
            var bytes = whole.ToArray();
            bytes[at] ^= 0x55;
            try
            {
                var target = Extract(Open(bytes));
                Assert.Equal(_bundle.Digest, Bundle.Open(target).Digest);
                Directory.Delete(target, recursive: true);
            }
            catch (BundleException)
            {
                // Refused by its fault, which is one of those above.
            }
        }
    }

    [Fact]
    public void EveryLengthOfAnArchive_IsRefusedAsCut()
    {
        var whole = BrokenArchive.Whole(_bundle, _key);
        for (var length = 4; length < whole.Length; length++)
        {
            Assert.Equal(BundleFault.Truncated, Assert.Throws<BundleException>(() => Open(whole[..length])).Fault);
        }
    }

    [Fact]
    public void AnotherBundleThanAskedFor_IsRefused() =>
        Assert.Equal(BundleFault.OtherBundle, Assert.Throws<BundleException>(() => Open(BrokenArchive.Whole(_bundle, _key), new string('0', 64))).Fault);

    [Fact]
    public void AnArchiveBeyondTheLimit_IsRefusedBeforeItIsRead()
    {
        using var stream = new MemoryStream(BrokenArchive.Whole(_bundle, _key));
        var limits = new BundleLimits { MaxBytes = 5, MaxManifestBytes = 1000 };

        Assert.Equal(BundleFault.TooLarge, Assert.Throws<BundleException>(() => BundleArchive.Open(stream, "it", null, null, limits)).Fault);
    }

    [Fact]
    public void Faults_HaveEachACodeOfTheirOwn_ThatReadsBack()
    {
        var codes = Enum.GetValues<BundleFault>().Select(fault => fault.Code()).ToList();

        Assert.Equal(codes.Count, codes.Distinct().Count());
        Assert.All(codes, code => Assert.Matches("^[a-z]+(-[a-z]+)*$", code));
        Assert.All(Enum.GetValues<BundleFault>(), fault => Assert.True(BundleFaultCodes.TryParse(fault.Code(), out var back) && back == fault));
        Assert.False(BundleFaultCodes.TryParse("fine", out _));
    }

    private BundleArchive Open(byte[] bytes, string? digest = null) => BundleArchive.Open(new MemoryStream(bytes), "it", digest, TrustedKeys.Of(_key), BundleLimits.Default);

    private string Extract(BundleArchive archive)
    {
        var target = Path.Combine(_folder.FullName, "target", Path.GetRandomFileName());
        archive.Extract(
            path =>
            {
                var file = Path.GetFullPath(Path.Combine(target, path));
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                return new FileStream(file, FileMode.CreateNew);
            },
            TestContext.Current.CancellationToken);
        return target;
    }

    private List<string> Outside() => [.. Directory.EnumerateFileSystemEntries(_folder.FullName).Where(e => Path.GetFileName(e) != "target").Order(StringComparer.Ordinal)];
}
