using MtlSplit.IoT.Storage.Files;
using MtlSplit.IoT.Storage.Journals;
using MtlSplit.IoT.Testing.Storage;
using Xunit;

namespace MtlSplit.IoT.Storage.Tests.Journals;

public sealed class AcknowledgementFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void WhatWasSynced_IsThereAfterEveryPowerCut_HoweverOftenItWasWrittenSince()
    {
        var traced = new TracedFileSystem(DiskFileSystem.Instance, _folder.Path);
        var settled = new SequenceRanges();
        var promised = new List<(int Operations, ulong Number)>();
        using (var file = AcknowledgementFile.Open(traced, _folder.At("acknowledged"), settled, out _))
        {
            traced.SyncDirectory(_folder.Path);
            for (var n = 1UL; n <= 40; n++)
            {
                settled.Add(n * 3);
                file.Write(settled);
                if (n % 8 == 0)
                {
                    file.Sync();
                    promised.Add((traced.Count, n * 3));
                }
            }
        }

        foreach (var state in PowerCut.States(traced.Trace, new PowerCutOptions { Random = 10 }))
        {
            var found = new SequenceRanges();
            using var file = AcknowledgementFile.Open(DiskFileSystem.Instance, Path.Combine(state.Folder, "acknowledged"), found, out _);
            Assert.True(promised.Where(promise => promise.Operations <= state.Operations).All(promise => found.Contains(promise.Number)), $"{state}: nothing is known above {found.Highest}.");
            Assert.False(found.Contains(1) || found.Contains(100), $"{state}: it says what nobody acknowledged.");
        }
    }

    [Fact]
    public void MoreRangesThanASlotHolds_AreCutToTheLongest()
    {
        var settled = new SequenceRanges();
        for (var n = 1UL; n <= 300; n++)
        {
            settled.Add(n * 10, (n * 10) + (n > 200 ? 5UL : 0UL));
        }

        using (var file = AcknowledgementFile.Open(DiskFileSystem.Instance, _folder.At("acknowledged"), new SequenceRanges(), out _))
        {
            file.Write(settled);
        }

        var found = new SequenceRanges();
        using var again = AcknowledgementFile.Open(DiskFileSystem.Instance, _folder.At("acknowledged"), found, out var damaged);
        Assert.False(damaged);
        Assert.Equal(254, found.Above.Length);
        Assert.True(found.Contains(2010) && found.Contains(3005));
    }
}
