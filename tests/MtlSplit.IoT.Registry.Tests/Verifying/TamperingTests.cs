using MtlSplit.IoT.Contracts.Bundles.Signatures;
using MtlSplit.IoT.Contracts.Heads;
using MtlSplit.IoT.Registry.Promoting;
using MtlSplit.IoT.Registry.Verifying;
using MtlSplit.IoT.Testing.Bundles;
using Xunit;

namespace MtlSplit.IoT.Registry.Tests.Verifying;

/// <summary>Whatever file is touched: it is named, nothing of it is used, and nothing else is lost.</summary>
public sealed class TamperingTests : IDisposable
{
    private readonly RegistryBench _bench = new();
    private readonly TinyBundle _tiny = TinyBundle.Create();
    private readonly SigningKey _key = SigningKey.Create();
    private readonly TrustedKeys _trusted;
    private readonly string[] _versions;

    public TamperingTests()
    {
        _trusted = TrustedKeys.Of(_key);
        var registry = _bench.Open(_trusted);
        registry.Register(_tiny.Bundle, SignatureFile.Sign(null, _key, File.ReadAllBytes(_tiny.Bundle.PathOf("model.json"))));
        var one = _bench.Head("one", _key);
        var two = _bench.Head("two", _key);
        registry.Promote(RegistryBench.Key, one, RegistryBench.Reason);
        registry.Promote(RegistryBench.Key, two, RegistryBench.Reason);
        _versions = [one.Version, two.Version];
    }

    public void Dispose()
    {
        _bench.Dispose();
        _tiny.Dispose();
        _key.Dispose();
    }

    [Fact]
    public void Registry_ThatNobodyTouched_IsSound()
    {
        _bench.Open().Register(new Registry.Registering.FinishedRun(Signed(), "{}"u8.ToArray(), "#"u8.ToArray()), _key);
        var report = Verify();
        Assert.True(report.IsSound, string.Join('\n', report.Findings));
        Assert.Equal((2, 1, 1, 1, 4), (report.Heads, report.Runs, report.Bundles, report.Aliases, report.Signed));
    }

    [Fact]
    public void EveryFile_WithAnyByteChanged_IsNamed_AndNoWrongHeadAnswers()
    {
        var random = new Random(11);
        var changed = 0;
        foreach (var file in Files())
        {
            var bytes = File.ReadAllBytes(file);
            int[] places = [0, bytes.Length - 1, .. Enumerable.Range(0, 6).Select(_ => random.Next(bytes.Length))];
            foreach (var place in places.Distinct())
            {
                // A bit, a letter's case, a digit, a line end, a zero.
                foreach (var other in new[] { (byte)(bytes[place] ^ 1), (byte)(bytes[place] ^ 32), (byte)'7', (byte)'\n', (byte)0 }.Where(b => b != bytes[place]).Distinct())
                {
                    var tampered = bytes.ToArray();
                    tampered[place] = other;
                    File.WriteAllBytes(file, tampered);
                    changed++;
                    AssertNamed(file, $"byte {place} of {bytes.Length} is {other}, was {bytes[place]}");
                }
            }

            File.WriteAllBytes(file, bytes);
        }

        Assert.True(changed > 300, $"only {changed} changes");
        Assert.True(Verify().IsSound);
    }

    [Fact]
    public void EveryFile_ShorterLongerOrGone_IsNamed_AndNoWrongHeadAnswers()
    {
        foreach (var file in Files())
        {
            var bytes = File.ReadAllBytes(file);
            foreach (var tampered in new[] { [], bytes[..^1], bytes[..(bytes.Length / 2)], [.. bytes, (byte)' '], [.. bytes, .. bytes] })
            {
                File.WriteAllBytes(file, tampered);
                AssertNamed(file, $"{tampered.Length} bytes of {bytes.Length}");
            }

            File.Delete(file);
            AssertNamed(file, "it is gone");
            File.WriteAllBytes(file, bytes);
        }

        Assert.True(Verify().IsSound);
    }

    [Fact]
    public void DamagedHeadInProduction_LeavesTheWayBack_AndMayNotAnswerAgain()
    {
        var registry = _bench.Open(_trusted);
        var head = registry.Head(RegistryBench.Key, HeadAlias.Production)!;
        var file = _bench.Folder.BlobFile(head.Manifest.Sha256);
        File.WriteAllText(file, "tWo");

        Assert.Contains(file, Assert.Throws<HeadException>(() => _bench.Store.Current(RegistryBench.Contract, RegistryBench.Task)).Message, StringComparison.Ordinal);
        registry.Rollback(RegistryBench.Key, RegistryBench.Reason);
        Assert.Equal(_versions[0], _bench.Store.Current(RegistryBench.Contract, RegistryBench.Task)!.Version);

        var again = Assert.Throws<RegistryException>(() => registry.Rollback(RegistryBench.Key, RegistryBench.Reason));
        Assert.Equal((RegistryFault.Damaged, file), (again.Fault, again.Subject));
        Assert.Equal(_versions[0], _bench.Store.Current(RegistryBench.Contract, RegistryBench.Task)!.Version);
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("")]
    [InlineData(null)]
    public void Pointer_ThatDoesNotReadOrIsGone_IsMendedFromItsHistory(string? content)
    {
        var pointer = _bench.Folder.PointerFile(RegistryBench.Fleet, RegistryBench.Contract, RegistryBench.Task);
        File.Delete(pointer);
        if (content is not null)
        {
            File.WriteAllText(pointer, content);
        }

        Assert.False(Verify().IsSound);
        var (key, record) = Assert.Single(_bench.Open(_trusted).Mend());

        Assert.Equal((RegistryBench.Key, 2), (key, record!.Sequence));
        Assert.Equal(_versions[1], _bench.Store.Current(RegistryBench.Contract, RegistryBench.Task)!.Version);
        Assert.True(Verify().IsSound);
    }

    [Fact]
    public void History_WhoseMiddleWasRewritten_IsNamed()
    {
        var file = _bench.Folder.RecordFile(RegistryBench.Fleet, RegistryBench.Contract, RegistryBench.Task, 1);
        File.WriteAllBytes(file, (AliasRecord.Parse(File.ReadAllBytes(file)) with { By = "nobody" }).ToCanonicalJson());

        var finding = Assert.Single(Verify().Findings);
        Assert.Equal((RegistryFault.Damaged, Path.GetRelativePath(_bench.Folder.Root, file)), (finding.Fault, finding.File));
        Assert.Equal(_versions[1], _bench.Store.Current(RegistryBench.Contract, RegistryBench.Task)!.Version);
    }

    [Fact]
    public void Stranger_AmongTheContents_IsNamed()
    {
        var file = Path.Combine(_bench.Folder.Blobs, "ab", "readme.txt");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, "hello");
        Assert.Equal(Path.Combine("blobs", "ab", "readme.txt"), Assert.Single(Verify().Findings).File);
    }

    private static Registry.Registering.RunManifest Signed() => new()
    {
        Fleet = RegistryBench.Fleet, Contract = RegistryBench.Contract.ToString(), Task = RegistryBench.Task, At = 1, Parent = "h1-0", Snapshot = "", TrainingSamples = 0, HeldOutSamples = 0,
        Decision = "TooFewSamples", Reason = "none", Report = "", Code = "c", Seed = "1",
    };

    private List<string> Files() => [.. Directory.EnumerateFiles(_bench.Folder.Root, "*", SearchOption.AllDirectories)
        .Where(file => !Path.GetFileName(file).StartsWith("lock", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    private VerifyReport Verify() => _bench.Open(_trusted).Verify(TestContext.Current.CancellationToken);

    private void AssertNamed(string file, string change)
    {
        var named = Path.GetRelativePath(_bench.Folder.Root, file);
        var findings = Verify().Findings;

        // A document whose signature is gone is unsigned: the complaint is about the document.
        Assert.True(
            findings.Any(finding => Path.ChangeExtension(finding.File, null) == Path.ChangeExtension(named, null)),
            $"{named}: {change}: {(findings.Count == 0 ? "nothing was found" : string.Join('\n', findings))}");
        try
        {
            var answers = _bench.Store.Current(RegistryBench.Contract, RegistryBench.Task);
            Assert.True(answers is null || (answers.Version == _versions[1] && File.ReadAllText(answers.OnnxPath) == "two"), $"{named}: {change}: {answers?.Version} answers");
        }
        catch (HeadException e)
        {
            Assert.StartsWith(_bench.Folder.Root, e.Path, StringComparison.Ordinal);
        }
    }
}
