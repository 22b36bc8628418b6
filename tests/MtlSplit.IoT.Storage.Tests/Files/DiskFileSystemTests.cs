using MtlSplit.IoT.Storage.Files;
using Xunit;

namespace MtlSplit.IoT.Storage.Tests.Files;

public sealed class DiskFileSystemTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly DiskFileSystem _files = DiskFileSystem.Instance;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void File_WrittenPastItsEnd_HasZerosBetween()
    {
        using (var file = _files.Open(_folder.At("a"), FileOpening.Create))
        {
            file.Write([1, 2], 3);
            file.Sync();
            Assert.Equal(5, file.Length);
        }

        using var again = _files.Open(_folder.At("a"), FileOpening.Read);
        var bytes = new byte[9];
        Assert.Equal(5, again.Read(bytes, 0));
        Assert.Equal([0, 0, 0, 1, 2, 0, 0, 0, 0], bytes);
    }

    [Fact]
    public void File_OpenedAgain_IsEmptyOrAsItWas_AsAsked()
    {
        File.WriteAllText(_folder.At("a"), "abc");
        using (var kept = _files.Open(_folder.At("a"), FileOpening.OpenOrCreate))
        {
            Assert.Equal(3, kept.Length);
        }

        using var emptied = _files.Open(_folder.At("a"), FileOpening.Create);
        Assert.Equal(0, emptied.Length);
        Assert.Throws<FileNotFoundException>(() => _files.Open(_folder.At("missing"), FileOpening.Read));
    }

    [Fact]
    public void Rename_OfAFile_Replaces_AndOfAFolder_NeedsAFreeName()
    {
        File.WriteAllText(_folder.At("a"), "a");
        File.WriteAllText(_folder.At("b"), "b");
        _files.CreateDirectory(_folder.At("x/y"));
        _files.CreateDirectory(_folder.At("z"));

        _files.Rename(_folder.At("a"), _folder.At("b"));
        _files.Rename(_folder.At("x"), _folder.At("w"));

        Assert.Equal("a", File.ReadAllText(_folder.At("b")));
        Assert.False(_files.FileExists(_folder.At("a")));
        Assert.Equal([_folder.At("w/y")], _files.Directories(_folder.At("w")));
        Assert.ThrowsAny<IOException>(() => _files.Rename(_folder.At("w"), _folder.At("z")));
    }

    [Fact]
    public void WhatIsMissing_IsListedAsNothing_AndDeletedWithoutAWord()
    {
        Assert.Empty(_files.Files(_folder.At("missing")));
        Assert.Empty(_files.Directories(_folder.At("missing")));
        _files.DeleteFile(_folder.At("missing"));
        _files.DeleteDirectory(_folder.At("missing"));
    }

    [Fact]
    public void Folder_Synced_OrMissing_SaysSo()
    {
        _files.SyncDirectory(_folder.Path);

        var failure = Assert.Throws<IOException>(() => _files.SyncDirectory(_folder.At("missing")));
        Assert.Contains(_folder.At("missing"), failure.Message, StringComparison.Ordinal);
        Assert.Contains("errno 2", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AtomicFile_ReadsBackWhatWasReplaced_AndNullWhereNothingIs()
    {
        var path = _folder.At("state");
        Assert.Null(AtomicFile.Read(_files, path));
        AtomicFile.Replace(_files, path, [1]);
        AtomicFile.Replace(_files, path, [2, 3]);

        Assert.Equal([2, 3], AtomicFile.Read(_files, path));
        Assert.Equal([path], _files.Files(_folder.Path));
    }
}
