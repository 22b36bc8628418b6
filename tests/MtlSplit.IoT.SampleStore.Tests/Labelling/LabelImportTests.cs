using System.Text;
using MtlSplit.IoT.SampleStore.Labelling;
using MtlSplit.IoT.SampleStore.Partitions;
using MtlSplit.IoT.SampleStore.Queries;
using MtlSplit.IoT.Testing.Brokers;
using MtlSplit.IoT.Testing.Waiting;
using MtlSplit.IoT.SampleStore.Tests.Recording;
using Xunit;

namespace MtlSplit.IoT.SampleStore.Tests.Labelling;

public sealed class LabelImportTests : IDisposable
{
    private readonly LabelledStore _store = new();

    public void Dispose() => _store.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void File_ImportedTwice_AddsNothingTheSecondTime(bool compacted)
    {
        var file = _store.Csv("labels.csv", (1, "2", 60), (2, "3", null));

        var first = _store.Import(file);
        if (compacted)
        {
            _store.Compact();
        }

        var second = _store.Import(file);

        Assert.Equal((2, 2, 0, 0), (first.Rows, first.Imported, first.Repeated, first.Refused));
        Assert.Equal((2, 0, 2, 0), (second.Rows, second.Imported, second.Repeated, second.Refused));
        Assert.Equal(["1 2 alice 60", "2 3 alice 3600"], _store.Labels());
        _store.Compact();
        Assert.Equal(["1 2 alice 60", "2 3 alice 3600"], _store.Labels());
        Assert.Empty(_store.Folder.WaitingImports());
    }

    [Fact]
    public void CopyOfAFile_WithoutTimesOfItsOwn_SaysNothingNew()
    {
        _store.Import(_store.Csv("labels.csv", (1, "2", null)));
        var copy = _store.Csv("copy.csv", (1, "2", null), (2, "1", null));
        System.IO.File.SetLastWriteTimeUtc(copy, DateTime.UnixEpoch.AddMicroseconds(Messages.Captured).AddHours(2));

        var report = _store.Import(copy);

        Assert.Equal((1, 1), (report.Imported, report.Repeated));
        Assert.Equal(["1 2 alice 3600", "2 1 alice 7200"], _store.Labels());
    }

    [Fact]
    public void Rows_ThatAreNoLabels_AreEachNamedByPlaceAndReasonAndTheRestIsImported()
    {
        var text = new StringBuilder("note,frame,vehicle,task,class,labelled_at\n")
            .Append($"fine,{LabelledStore.Frame(1)},v1,object_size,2,2026-01-02T04:00:00+01:00\n")
            .Append($"fine,{LabelledStore.Frame(99)},v1,object_size,2,\n")
            .Append($"fine,{LabelledStore.Frame(2)},v1,object_size,huge,\n")
            .Append($"fine,{LabelledStore.Frame(2)},v1,mood,2,\n")
            .Append($"fine,{LabelledStore.Frame(2)},v9,object_size,2,\n")
            .Append("fine,feed,v1,object_size,2,\n")
            .Append($"fine,{LabelledStore.Frame(2)},two words,object_size,2,\n")
            .Append($"fine,{LabelledStore.Frame(2)},v1,object_size,2,yesterday\n")
            .Append($"fine,{LabelledStore.Frame(2)},v1,object_size,2,2026-01-02T04:00:00\n")
            .Append($"fine,{LabelledStore.Frame(2)},v1,object_size,2,1767323045\n")
            .Append($"fine,{LabelledStore.Frame(2)},v1,object_size,2,2031-01-01T00:00:00Z\n")
            .Append($"fine,{LabelledStore.Frame(2)},v1,object_size\n")
            .Append($"fine,{LabelledStore.Frame(2)},,object_size,2,\n")
            .Append($"\"open,{LabelledStore.Frame(2)},v1,object_size,2,\n")
            .Append($"\"two\nlines, \"\"quoted\"\"\",{LabelledStore.Frame(3)},v1,object_size,3,\n")
            .Append($"fine,{LabelledStore.Frame(4)},v1,object_size,,\n\n");
        byte[] bytes = [.. Encoding.UTF8.GetBytes(text.ToString()), 0xFC, .. Encoding.UTF8.GetBytes($",{LabelledStore.Frame(2)},v1,object_size,2,\r\nfine,{LabelledStore.Frame(5)},v1,object_size,1,")];

        var report = _store.Import(_store.File("labels.csv", bytes));

        Assert.Equal(["1 2 alice -245", "3 3 alice 3600", "5 1 alice 3600"], _store.Labels());
        Assert.Equal(
            [
                "line 3: unknown-frame", "line 4: unknown-class", "line 5: unknown-task", "line 6: other-vehicle", "line 7: bad-frame", "line 8: bad-name", "line 9: bad-time", "line 10: bad-time",
                "line 11: bad-time", "line 12: bad-time", "line 13: unreadable", "line 14: missing-field", "line 15: unreadable", "line 20: not-utf8",
            ],
            report.FirstRefused.Select(r => $"{r.Place}: {r.Reason}"));
        Assert.Equal((18, 3, 1, 14), (report.Rows, report.Imported, report.Blank, report.Refused));
        Assert.Equal(4, report.Reasons["bad-time"]);
    }

    [Fact]
    public void RefusedRows_OnceCorrected_AreImportedFromTheirOwnFile()
    {
        var report = _store.Import(_store.Csv("labels.csv", (1, "2", 60), (2, "huge", 61), (3, "tiny, \"small\"", 62)));

        Assert.Equal(System.IO.Path.Combine(_store.Path, "labels.csv.refused.csv"), report.RefusedFile);
        var refused = System.IO.File.ReadAllText(report.RefusedFile!);
        Assert.StartsWith("place,reason,detail,frame,vehicle,task,class,labelled_at,row\nline 3,unknown-class,", refused, StringComparison.Ordinal);
        var again = _store.Import(_store.File("again.csv", refused.Replace(",huge,", ",3,", StringComparison.Ordinal).Replace(",\"tiny, \"\"small\"\"\",", ",1,", StringComparison.Ordinal)));
        Assert.Equal((2, 0), (again.Imported, again.Refused));
        Assert.Equal(["1 2 alice 60", "2 3 alice 61", "3 1 alice 62"], _store.Labels());
        Assert.Null(again.RefusedFile);
    }

    [Fact]
    public void StrictImport_WithOneBadRow_ImportsNothing()
    {
        var report = _store.Import(_store.Csv("labels.csv", (1, "2", 60), (2, "huge", 61)), change: o => o with { Strict = true });

        Assert.True(report.NothingImported);
        Assert.Equal((0, 1), (report.Imported, report.Refused));
        Assert.Empty(_store.Labels());
        Assert.Empty(Directory.EnumerateFiles(_store.Folder.Imports));
    }

    [Fact]
    public void LabelOfAFrameThatComesLater_IsKeptOnRequestAndJoinedThen()
    {
        var report = _store.Import(_store.Csv("labels.csv", (42, "2", 60)), change: o => o with { KeepUnknownFrames = true });

        Assert.Equal((1, 1, 0), (report.Imported, report.Early, report.Refused));
        _store.Write(Messages.FeatureRecord(42));
        using var reader = SampleReader.Open(_store.Path);
        var sample = Assert.Single(reader.Samples(new SampleFilter(Messages.Contract, Messages.Task), TestContext.Current.CancellationToken).Samples);
        Assert.Equal((42UL, "2", "alice"), (sample.Frame.Number, sample.Label, sample.LabelSource));
    }

    [Fact]
    public void TaskOfTheImport_StandsInForTheColumnAndMustAgreeWithIt()
    {
        var without = _store.File("without.csv", $"class,frame,vehicle\n2,{LabelledStore.Frame(1)},v1\n");
        var with = _store.File("with.csv", $"class,frame,vehicle,task\n2,{LabelledStore.Frame(2)},v1,object_size\n2,{LabelledStore.Frame(3)},v1,mood\n");

        Assert.Equal(1, _store.Import(without, change: o => o with { Task = Messages.Task }).Imported);
        var report = _store.Import(with, change: o => o with { Task = Messages.Task });

        Assert.Equal((1, "other-task"), (report.Imported, Assert.Single(report.FirstRefused).Reason));
        Assert.Contains("there is no column 'task'", Assert.Throws<SampleStoreException>(() => _store.Import(without)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("frame,vehicle,task,frame,class\n", "line 1: the column 'frame' is there 2 times")]
    [InlineData("vehicle,task,class\n", "there is no column 'frame'; the columns are vehicle, task, class")]
    [InlineData("", "it is empty")]
    [InlineData("\"frame,vehicle\n", "line 1: the first line must name the columns")]
    public void FileThatNamesItsColumnsBadly_IsRefusedWhole(string text, string reason)
    {
        var error = Assert.Throws<SampleStoreException>(() => _store.Import(_store.File("labels.csv", text)));

        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Contains("labels.csv", error.Message, StringComparison.Ordinal);
        Assert.Empty(_store.Labels());
    }

    [Fact]
    public void FileInUtf16_IsRefusedWhole()
    {
        var file = _store.File("labels.csv", [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes("frame,vehicle,task,class\n")]);

        Assert.Contains("UTF-16", Assert.Throws<SampleStoreException>(() => _store.Import(file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void JsonLines_GoodAndBad_AreToldApartByLine()
    {
        var file = _store.File("labels.jsonl", $$"""
            {"frame":"{{LabelledStore.Frame(1)}}","vehicle":"v1","task":"object_size","class":"2","labelled_at":{{Messages.Captured}},"note":7}
            {"frame":"{{LabelledStore.Frame(2)}}","vehicle":"v1","task":"object_size","class":"3","labelled_at":"2026-01-02T03:04:05.5Z"}
            {"frame":"{{LabelledStore.Frame(2)}}","vehicle":"v1","task":"object_size","class":2}
            {"frame":"{{LabelledStore.Frame(2)}}","frame":"x","vehicle":"v1","task":"object_size","class":"2"}
            {"vehicle":"v1","task":"object_size","class":"2"}
            [1]
            {"frame":
            {"frame":"{{LabelledStore.Frame(3)}}","vehicle":"v1","task":"object_size","class":null}
            """);

        var report = _store.Import(file);

        Assert.Equal(["line 3: unreadable", "line 4: unreadable", "line 5: missing-field", "line 6: unreadable", "line 7: unreadable"], report.FirstRefused.Select(r => $"{r.Place}: {r.Reason}"));
        Assert.Equal((8, 2, 1), (report.Rows, report.Imported, report.Blank));
        Assert.Equal(["1 2 alice 0", "2 3 alice 0"], _store.Labels());
    }

    [Fact]
    public void FileOfManyBatches_GoodAndBadRowsMixed_IsCountedRowByRow()
    {
        // Two and a half batches of rows, and some so long that they end a batch by themselves.
        var text = new StringBuilder("frame,vehicle,task,class,labelled_at\n");
        for (var i = 0; i < 125_000; i++)
        {
            text.Append(LabelledStore.Frame(i % 10)).Append(",v1,object_size,").Append(i % 50 == 49 ? "huge" : "2").Append(',').Append(Messages.Captured + (i / 20 * 1000L)).Append('\n');
        }

        for (var i = 0; i < 300; i++)
        {
            text.Append('x', 60_000).Append(",v1,object_size,2,\n");
        }

        var report = _store.Import(_store.File("labels.csv", text.ToString()));

        Assert.Equal((125_300, 2_800), (report.Rows, report.Refused));
        Assert.Equal((2_500, 300), (report.Reasons["unknown-class"], report.Reasons["bad-frame"]));
        Assert.Equal(122_500, report.Imported + report.Repeated);
        Assert.Equal(report.Imported, _store.Labels().Count);
        Assert.Equal(2_801, System.IO.File.ReadLines(report.RefusedFile!).Count());
        Assert.Equal(0, _store.Import(System.IO.Path.Combine(_store.Path, "labels.csv")).Imported);
    }

    [Fact]
    public void ImportThatIsStopped_LeavesNothing()
    {
        using var stopped = new CancellationTokenSource();
        stopped.Cancel();
        var options = new LabelImportOptions { DataFolder = _store.Path, Fleet = Messages.Fleet, Source = "alice", File = _store.Csv("labels.csv", (1, "2", 60)), Format = SampleStore.LabelFiles.LabelFileFormat.Csv };

        Assert.Throws<OperationCanceledException>(() => LabelImport.Run(options, _store.Heads, _store.Time, stopped.Token));

        Assert.Empty(_store.Labels());
        Assert.False(Directory.Exists(_store.Folder.Imports) && Directory.EnumerateFiles(_store.Folder.Imports).Any());
    }

    [Fact]
    public void UnfinishedImportOfAKilledProcess_IsNotReadAndGoesWithTheNextWriter()
    {
        _store.Import(_store.Csv("labels.csv", (1, "2", 60)));
        var whole = Assert.Single(_store.Folder.WaitingImports());
        var unfinished = System.IO.Path.ChangeExtension(whole, ".new");
        System.IO.File.Copy(whole, unfinished);
        System.IO.File.Delete(whole);

        Assert.Empty(_store.Labels());
        _store.Compact();

        Assert.False(System.IO.File.Exists(unfinished));
        Assert.Equal(1, _store.Import(System.IO.Path.Combine(_store.Path, "labels.csv")).Imported);
    }

    [Fact]
    public async Task Import_WhileARecorderRuns_IsTakenOverByItOnceAndReadAtAnyTime()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var broker = await MosquittoBroker.StartAsync(ct);
        await using (var recording = RunningRecorder.Start(broker, _store.Path))
        {
            await recording.ReadyAsync();
            for (var round = 0; round < 5; round++)
            {
                var report = _store.Import(_store.Csv("labels.csv", [.. Enumerable.Range(0, 2 * (round + 1)).Select(i => (i, "2", (int?)60))]));
                Assert.Equal((2, 2 * round), (report.Imported, report.Repeated));
                Assert.Equal(2 * (round + 1), _store.Labels().Count);
                await Expect.UntilAsync(() => _store.Folder.WaitingImports().Count == 0, "the recorder takes the import over");
                Assert.Equal(2 * (round + 1), _store.Labels().Count);
            }
        }

        Assert.Empty(_store.Folder.Segments());
        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"{i} 2 alice 60"), _store.Labels());
    }

    [Fact]
    public async Task Import_BesideRecordersThatAreKilled_IsThereOnceAfterEachOfThem()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var broker = await MosquittoBroker.StartAsync(ct);
        for (var round = 0; round < 4; round++)
        {
            // Every second recorder is killed before it has taken the import over.
            var killed = RunningRecorder.Start(broker, _store.Path, o => o with { Limits = new StoreLimits { CompactEvery = round % 2 == 0 ? TimeSpan.FromMinutes(5) : TimeSpan.FromMilliseconds(20) } });
            await killed.ReadyAsync();
            var file = _store.Csv("labels.csv", [.. Enumerable.Range(0, round + 1).Select(i => (i, "2", (int?)60))]);
            Assert.Equal(1, _store.Import(file).Imported);
            if (round % 2 != 0)
            {
                await Expect.UntilAsync(() => _store.Folder.WaitingImports().Count == 0, "the recorder takes the import over");
            }

            await killed.KillAsync();
            Assert.Equal(Enumerable.Range(0, round + 1).Select(i => $"{i} 2 alice 60"), _store.Labels());
            Assert.Equal(0, _store.Import(file).Imported);
        }

        _store.Compact();
        Assert.Empty(_store.Folder.WaitingImports());
        Assert.Equal(Enumerable.Range(0, 4).Select(i => $"{i} 2 alice 60"), _store.Labels());
    }
}
