using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using MtlSplit.IoT.Contracts.Heads;
using MtlSplit.IoT.SampleStore.AppendLog;
using MtlSplit.IoT.SampleStore.LabelFiles;
using MtlSplit.IoT.SampleStore.Labelling;
using MtlSplit.IoT.SampleStore.Partitions;
using MtlSplit.IoT.SampleStore.Queries;
using MtlSplit.IoT.SampleStore.Recording;
using MtlSplit.IoT.Testing.Heads;

namespace MtlSplit.IoT.SampleStore.Tests.Labelling;

/// <summary>A store of frames 0 to 9 of one vehicle, with a head of classes 1 to 3, and label files for it.</summary>
internal sealed class LabelledStore : IDisposable
{
    private readonly TemporaryFolder _data = new();

    public LabelledStore()
    {
        Folder = new SampleFolder(_data.Path);
        new DescriptorFolder(Folder).Keep(Messages.Contract, Messages.Descriptor.ToCanonicalJson());
        var heads = new FleetHeads(_data.Path, Messages.Fleet);
        Heads = heads.Store;
        heads.Publish(Messages.Contract, new HeadManifest { Task = Messages.Task, Classes = ["1", "2", "3"], Contract = "", Number = 0, Sha256 = "", CreatedAt = 0 }, [1]);
        Write([.. Enumerable.Range(0, 10).Select(i => Messages.FeatureRecord((ulong)i))]);
    }

    public string Path => _data.Path;

    public SampleFolder Folder { get; }

    public HeadStore Heads { get; }

    public FakeTimeProvider Time { get; } = new(DateTimeOffset.UnixEpoch.AddMicroseconds(Messages.Captured).AddDays(1));

    public static string Frame(int number) => Messages.Frame((ulong)number).ToString();

    public void Dispose() => _data.Dispose();

    /// <summary>Writes a file whose last writer was an hour after the frames were captured.</summary>
    public string File(string name, string text) => File(name, System.Text.Encoding.UTF8.GetBytes(text));

    public string File(string name, byte[] bytes)
    {
        var path = System.IO.Path.Combine(_data.Path, name);
        System.IO.File.WriteAllBytes(path, bytes);
        System.IO.File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch.AddMicroseconds(Messages.Captured).AddHours(1));
        return path;
    }

    /// <summary>A CSV of labels for the fixture's task and vehicle, with times in seconds after the capture.</summary>
    public string Csv(string name, params (int Frame, string Class, int? After)[] rows) => File(name, "frame,vehicle,task,class,labelled_at\n" + string.Concat(rows.Select(r =>
        string.Create(CultureInfo.InvariantCulture, $"{Frame(r.Frame)},{Messages.Vehicle},{Messages.Task},{CsvFields.Quote(r.Class)},{(r.After is { } s ? Messages.Captured + (s * 1_000_000L) : null)}\n"))));

    public LabelImportReport Import(string file, string source = "alice", Func<LabelImportOptions, LabelImportOptions>? change = null)
    {
        var options = new LabelImportOptions { DataFolder = _data.Path, Fleet = Messages.Fleet, Source = source, File = file, Format = LabelFile.FormatOf(file)!.Value };
        Time.Advance(TimeSpan.FromSeconds(1));
        return LabelImport.Run(change?.Invoke(options) ?? options, Heads, Time, CancellationToken.None);
    }

    public void Write(params LogRecord[] records)
    {
        using var writer = Writer();
        foreach (var record in records)
        {
            writer.Add(record);
        }

        writer.Commit();
    }

    /// <summary>What a recorder does every half a minute.</summary>
    public void Compact()
    {
        using var writer = Writer();
        writer.Compact();
    }

    /// <summary>Every label: frame number, class, source, seconds after the capture.</summary>
    public IReadOnlyList<string> Labels() => Ask($"SELECT number || ' ' || class_name || ' ' || source || ' ' || ((epoch_us(labelled_at) - {Messages.Captured}) // 1000000) FROM labels ORDER BY ALL");

    /// <summary>What counts: frame number and class.</summary>
    public IReadOnlyList<string> Truth() => Ask("SELECT number || ' ' || coalesce(class_name, '?') FROM truth ORDER BY ALL");

    public IReadOnlyList<string> Ask(string sql)
    {
        using var reader = SampleReader.Open(_data.Path);
        return [.. reader.Query(sql, 100_000).Rows.Select(r => string.Join('|', r))];
    }

    private SampleWriter Writer() => new(Folder, new StoreLimits(), Time, NullLogger.Instance);
}
