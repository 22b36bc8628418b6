using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Contracts.Heads;
using MtlSplit.IoT.Contracts.Labels;
using MtlSplit.IoT.Contracts.Topics;
using MtlSplit.IoT.SampleStore.AppendLog;
using MtlSplit.IoT.SampleStore.LabelFiles;
using MtlSplit.IoT.SampleStore.Partitions;
using MtlSplit.IoT.SampleStore.Queries;

namespace MtlSplit.IoT.SampleStore.Labelling;

/// <summary>
/// Brings a file of labels into a store. It needs no lock, so a recorder may run: the labels are written beside the log and handed in whole, and
/// the recorder takes them over when it next makes Parquet. The same file twice adds nothing: a row without a time of its own counts as made when the
/// file was last written, and a label is known by fleet, vehicle, frame, task, class, source and time.
/// </summary>
public static class LabelImport
{
    // One look into the store serves so many rows. A few tens of megabytes.
    private const int BatchRows = 50_000;

    // Refused rows wait for their batch with all that they say, and a hostile one says 64 KiB.
    private const int BatchRefusedLength = 16 << 20;

    /// <summary>Imports a file.</summary>
    /// <param name="options">What and how.</param>
    /// <param name="heads">The heads, which say which tasks and classes there are.</param>
    /// <param name="time">The clock for the time of receipt.</param>
    /// <param name="ct">Stops it; then nothing is imported.</param>
    /// <exception cref="SampleStoreException">There is no store, or the file cannot be read as a whole; nothing is imported.</exception>
    /// <exception cref="HeadException">A head's files are damaged.</exception>
    /// <exception cref="IOException">The disk refuses it.</exception>
    public static LabelImportReport Run(LabelImportOptions options, HeadStore heads, TimeProvider time, CancellationToken ct)
    {
        BusName.Require(options.Fleet, "fleet");
        if (options.Source.Length is 0 or > 256)
        {
            throw new SampleStoreException($"The source '{options.Source}' is not 1 to 256 characters long.");
        }

        if (!File.Exists(options.File))
        {
            throw new SampleStoreException($"{options.File}: there is no such file.");
        }

        var refusedFile = options.RefusedFile ?? options.File + ".refused.csv";
        if (Path.GetFullPath(refusedFile) == Path.GetFullPath(options.File))
        {
            throw new SampleStoreException($"{options.File}: refused rows would overwrite it.");
        }

        // A killed import leaves what nobody reads; it is not to pile up until a recorder starts.
        ImportSegment.RemoveAbandoned(new SampleFolder(options.DataFolder));
        using var reader = SampleReader.Open(options.DataFolder);
        using var refused = new RefusedRows(refusedFile, options.ShownRefusals);
        using var pass = new Pass(options, reader, heads, refused, time);
        return pass.Run(ct);
    }

    /// <summary>One import under way.</summary>
    private sealed class Pass : IDisposable
    {
        private readonly LabelImportOptions _options;
        private readonly RefusedRows _refused;
        private readonly LabelReading _reading;
        private readonly LabelLedger _ledger;
        private readonly ImportSegment _segment;
        private readonly List<LabelCandidate> _batch = [];
        private readonly List<(LabelFileRow Row, LabelFault Fault, string Detail)> _bad = [];
        private readonly HashSet<(string Vehicle, LabelMessage Label)> _inBatch = [];
        private readonly HashSet<(string Vehicle, FrameId Frame, string Task)> _touched = [];
        private long _badLength;
        private long _receivedAt;
        private long _rows;
        private long _imported;
        private long _repeated;
        private long _blank;
        private long _early;

        public Pass(LabelImportOptions options, SampleReader reader, HeadStore heads, RefusedRows refused, TimeProvider time)
        {
            _options = options;
            _refused = refused;
            _receivedAt = time.GetUtcNow().ToUnixTimeMilliseconds() * 1000;
            var writtenAt = (File.GetLastWriteTimeUtc(options.File) - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
            _reading = new LabelReading(options.Source, options.Task, new KnownClasses(heads, [.. reader.Contracts().Union(heads.Contracts())]), Math.Min(writtenAt, _receivedAt), _receivedAt);
            _ledger = new LabelLedger(reader.Database, options.Fleet, options.Source);
            _segment = new ImportSegment(new SampleFolder(options.DataFolder), _receivedAt, new StoreLimits().SegmentBytes);
        }

        public LabelImportReport Run(CancellationToken ct)
        {
            foreach (var row in LabelFile.Read(_options.File, _options.Format, _options.Task is not null))
            {
                ct.ThrowIfCancellationRequested();
                Read(row);
                if (_batch.Count + _bad.Count >= BatchRows || _badLength >= BatchRefusedLength)
                {
                    Settle();
                }
            }

            Settle();
            var nothing = _options.Strict && _refused.Count > 0;
            if (!nothing)
            {
                _segment.HandIn();
            }

            return new LabelImportReport(
                _options.File, _rows, nothing ? 0 : _imported, _repeated, _blank, nothing ? 0 : _early, _refused.Count, _refused.Reasons, _refused.Path, _refused.First, nothing);
        }

        public void Dispose() => _segment.Dispose();

        private void Read(LabelFileRow row)
        {
            _rows++;
            row = row with { Number = _rows };
            if (row.Fault == LabelFault.None && string.IsNullOrWhiteSpace(row.Fields.Class))
            {
                _blank++;
            }
            else if (_reading.Read(row, out var candidate, out var detail) is var fault && fault != LabelFault.None)
            {
                _bad.Add((row, fault, detail));
                _badLength += row.Length;
            }
            else if (_inBatch.Add((candidate.Vehicle, candidate.Label)))
            {
                _batch.Add(candidate);
            }
            else
            {
                _repeated++;
            }
        }

        private void Settle()
        {
            var facts = _ledger.FactsOf(_batch);
            var taken = new List<LabelCandidate>(_batch.Count);
            for (var i = 0; i < _batch.Count; i++)
            {
                Settle(_batch[i], facts[i], taken);
            }

            // The store was asked about some of them later than others were found bad; people read them in the file's order.
            foreach (var (row, fault, detail) in _bad.OrderBy(b => b.Row.Number))
            {
                _refused.Add(row, fault, detail);
            }

            _ledger.Take(taken);
            _bad.Clear();
            _badLength = 0;
            _batch.Clear();
            _inBatch.Clear();
            _touched.Clear();
        }

        private void Settle(in LabelCandidate candidate, in LabelFacts facts, List<LabelCandidate> taken)
        {
            // What the store knows is from before this batch, so it does not settle the second row about a frame.
            var first = _touched.Add((candidate.Vehicle, candidate.Label.Frame, candidate.Label.Task));
            if (facts.VehicleOfFrame is null && !_options.KeepUnknownFrames)
            {
                _bad.Add((candidate.Row, LabelFault.UnknownFrame, $"fleet '{_options.Fleet}' has no frame {candidate.Label.Frame}"));
            }
            else if (facts.VehicleOfFrame is { } vehicle && vehicle != candidate.Vehicle)
            {
                _bad.Add((candidate.Row, LabelFault.OtherVehicle, $"the frame is of '{vehicle}'"));
            }
            else if (facts.IsStored || (first && !candidate.HasOwnTime && facts.LastSaid == candidate.Label.ClassName))
            {
                // The second: a copy of the file has another time, and says nothing new all the same.
                _repeated++;
            }
            else
            {
                Write(candidate);
                taken.Add(candidate);
                _imported++;
                _early += facts.VehicleOfFrame is null ? 1 : 0;
            }
        }

        private void Write(in LabelCandidate candidate)
        {
            var payload = new byte[candidate.Label.GetSize()];
            candidate.Label.Write(payload);

            // A row comes after the one above it, also where both say the same time.
            _segment.Add(new LogRecord(LogRecordKind.Label, _receivedAt++, DataTopics.Label(_options.Fleet, candidate.Vehicle, candidate.Label.Task), payload));
        }
    }
}
