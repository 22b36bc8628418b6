using System.Text;
using MtlSplit.IoT.Storage.Files;
using MtlSplit.IoT.Testing.Storage;
using Xunit;

namespace MtlSplit.IoT.Storage.Tests.PowerCuts;

/// <summary>The instrument itself: it must see the mistakes that people make with files, and find none in what is right.</summary>
public sealed class PowerCutTests : IDisposable
{
    private const string Old = "old";
    private static readonly string New = new('n', 1500);

    private readonly TemporaryFolder _folder = new();
    private readonly TracedFileSystem _files;

    public PowerCutTests()
    {
        File.WriteAllText(_folder.At("state"), Old);
        _files = new TracedFileSystem(DiskFileSystem.Instance, _folder.Path);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ReplacingAFileAtomically_AfterEveryCut_LeavesOldOrNew_AndNewOnceItReturned()
    {
        AtomicFile.Replace(_files, _folder.At("state"), Encoding.UTF8.GetBytes(New));

        Assert.Empty(Broken());
        Assert.All(PowerCut.States(_files.Trace, new PowerCutOptions { From = _files.Count }), state => Assert.Equal(New, File.ReadAllText(Path.Combine(state.Folder, "state"))));
    }

    [Fact]
    public void WriterThatRenamesBeforeItSyncs_IsFound()
    {
        using (var file = _files.Open(_folder.At("state.new"), FileOpening.Create))
        {
            file.Write(Encoding.UTF8.GetBytes(New), 0);
            _files.Rename(_folder.At("state.new"), _folder.At("state"));
            file.Sync();
        }

        _files.SyncDirectory(_folder.Path);

        Assert.Contains(Broken(), fault => fault.Contains("names arrived, data did not", StringComparison.Ordinal));
    }

    [Fact]
    public void WriterThatForgetsTheFolder_IsFoundByWhoeverCountsOnTheNewContent()
    {
        using (var file = _files.Open(_folder.At("state.new"), FileOpening.Create))
        {
            file.Write(Encoding.UTF8.GetBytes(New), 0);
            file.Sync();
        }

        _files.Rename(_folder.At("state.new"), _folder.At("state"));

        // Either content is whole, but the new one does not last.
        Assert.Empty(Broken());
        Assert.Contains(PowerCut.States(_files.Trace, new PowerCutOptions { From = _files.Count }), state => File.ReadAllText(Path.Combine(state.Folder, "state")) == Old);
    }

    [Fact]
    public void WriterThatOverwritesInPlace_IsFoundTornAtEverySector()
    {
        using (var file = _files.Open(_folder.At("state"), FileOpening.OpenOrCreate))
        {
            file.Write(Encoding.UTF8.GetBytes(New), 0);
            file.Sync();
        }

        var lengths = PowerCut.States(_files.Trace).Select(state => File.ReadAllText(Path.Combine(state.Folder, "state")).Count(c => c == 'n')).ToHashSet();

        Assert.Superset(new HashSet<int> { 0, 512, 1024, 1500 }, lengths);
        Assert.NotEmpty(Broken());
    }

    [Fact]
    public void DeletionAndFolder_Unsynced_MayComeBackOrBeGone()
    {
        _files.DeleteFile(_folder.At("state"));
        _files.CreateDirectory(_folder.At("a/b"));
        var unsynced = After();
        _files.SyncDirectory(_folder.Path);
        _files.SyncDirectory(_folder.At("a"));
        var synced = After();

        Assert.Contains("state", unsynced);
        Assert.Contains("a a/b", unsynced);
        Assert.Equal(["a a/b"], synced);

        HashSet<string> After() =>
        [
            .. PowerCut.States(_files.Trace, new PowerCutOptions { From = _files.Count }).Select(state =>
                string.Join(' ', Directory.EnumerateFileSystemEntries(state.Folder, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(state.Folder, path)).Order())),
        ];
    }

    [Fact]
    public void SameSeed_GivesTheSameStates()
    {
        using (var file = _files.Open(_folder.At("log"), FileOpening.OpenOrCreate))
        {
            for (var n = 0; n < 5; n++)
            {
                file.Write(new byte[700], n * 700);
            }
        }

        var options = new PowerCutOptions { Seed = 42, Random = 10 };
        Assert.Equal(Kinds(), Kinds());

        List<string> Kinds() => [.. PowerCut.States(_files.Trace, options).Select(state => $"{state} {new FileInfo(Path.Combine(state.Folder, "log")) switch { { Exists: true } log => log.Length, _ => -1 }}")];
    }

    private List<string> Broken() =>
    [
        .. PowerCut.States(_files.Trace)
            .Where(state => File.ReadAllText(Path.Combine(state.Folder, "state")) is var content && content != Old && content != New)
            .Select(state => state.ToString()),
    ];
}
