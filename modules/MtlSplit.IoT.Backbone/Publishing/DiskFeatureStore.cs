using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Storage.Journals;

namespace MtlSplit.IoT.Backbone.Publishing;

/// <summary>Features in a journal on disk, bounded in bytes: a killed process loses none of them, a power cut those of the sync window.</summary>
internal sealed class DiskFeatureStore : IFeatureStore
{
    // A record: the contract's 32 bytes, then the message as it goes over the wire.
    private const byte FeatureKind = 1;

    // The capture time of one feature in so many is remembered, to tell how old the oldest is.
    private const ulong TimesEvery = 16;

    private readonly Lock _gate = new();
    private readonly BackboneOptions _options;
    private readonly Journal _journal;
    private readonly JournalReader _reader;
    private readonly ContractFolder _folder;
    private readonly IDisposable? _lock;
    private readonly Dictionary<ContractId, PublishedContract> _contracts = [];
    private readonly List<PublishedContract> _unkept = [];
    private readonly HeldContracts _held = new();
    private readonly List<(ulong Place, long CapturedAt)> _times = [];
    private int _timesFrom;
    private readonly int _maxLength;
    private ulong _timed;
    private byte[] _record = [];
    private long _damaged;
    private long _damagedTold;

    /// <summary>Opens the journal.</summary>
    /// <param name="options">The vehicle.</param>
    /// <param name="open">Opens it and shows the callback what is left in it.</param>
    /// <param name="folder">The descriptors.</param>
    /// <param name="exclusive">What is held until this is disposed.</param>
    public DiskFeatureStore(BackboneOptions options, Func<Action<JournalRecord>, Journal> open, ContractFolder folder, IDisposable? exclusive = null)
    {
        (_options, _folder, _lock) = (options, folder, exclusive);
        var left = new HashSet<ContractId>();
        _journal = open(record =>
        {
            if (TryRead(record, out var contract, out var message))
            {
                left.Add(contract);
                _held.Note(contract, record.Sequence);
                Remember(record.Sequence, message.CapturedAt);
            }
        });
        _maxLength = new JournalOptions { MaxBytes = options.OutboxBytes }.MaxPayloadBytes;
        folder.KeepOnly(left);
        _reader = _journal.OpenReader();
    }

    public bool Lasts => true;

    public ulong Next => _journal.Next;

    /// <summary>What the journal found.</summary>
    public JournalRecovery Recovery => _journal.Recovery;

    /// <summary>Why the disk last failed.</summary>
    public string? LastFailure => _journal.LastFailure;

    public OutboxStatistics Statistics
    {
        get
        {
            var statistics = _journal.Statistics;
            lock (_gate)
            {
                Forget(statistics);
                return new OutboxStatistics(statistics.Records, statistics.Bytes, statistics.Records > 0 && _timesFrom < _times.Count ? _times[_timesFrom].CapturedAt : 0);
            }
        }
    }

    public IReadOnlyList<ContractId> Contracts
    {
        get
        {
            lock (_gate)
            {
                var statistics = _journal.Statistics;
                return _held.From(statistics.Records > 0 ? statistics.Oldest : null);
            }
        }
    }

    public void Keep(PublishedContract contract)
    {
        lock (_gate)
        {
            _contracts[contract.Contract] = contract;
            _unkept.Add(contract);
            KeepDescriptors();
        }
    }

    public StoreResult Add(OutboxFeature feature, int beside)
    {
        lock (_gate)
        {
            var length = ContractId.Size + feature.Payload.Length;
            if (length > _maxLength)
            {
                return new StoreResult(DropReason.TooLong, 0, 0);
            }

            if (length > _record.Length)
            {
                _record = new byte[length];
            }

            feature.Contract.Contract.CopyTo(_record);
            feature.Payload.CopyTo(_record.AsSpan(ContractId.Size));
            var result = _journal.Append(FeatureKind, _record.AsSpan(0, length));
            feature.Place = result.Sequence;
            if (result.Outcome == AppendOutcome.Appended)
            {
                Remember(result.Sequence, feature.CapturedAt);
                _held.Note(feature.Contract.Contract, result.Sequence);
                KeepDescriptors();
            }

            var fault = result.Outcome switch
            {
                AppendOutcome.Appended => null,
                AppendOutcome.DiskFull => DropReason.DiskFull,
                _ => DropReason.DiskFailed,
            };
            return new StoreResult(fault, result.Dropped, result.DroppedThrough);
        }
    }

    public OutboxFeature? Read(ulong before)
    {
        while (_reader.TryRead(before, out var record))
        {
            if (TryRead(record, out var contract, out var message))
            {
                return new OutboxFeature
                {
                    Contract = Find(contract),
                    Frame = message.Frame,
                    CapturedAt = message.CapturedAt,
                    Payload = OutboxFeature.Write(message with { Late = true }),
                    EncodedBytes = message.Tensor.Length,
                    Late = true,
                    Place = record.Sequence,
                    Stored = true,
                };
            }

            // Whole, and yet no feature: not of this program.
            Interlocked.Increment(ref _damaged);
            _journal.Acknowledge(record.Sequence);
        }

        return null;
    }

    public bool Contains(ulong place) => _journal.IsOpen(place);

    public void Remove(ulong place) => _journal.Acknowledge(place);

    public void Release(OutboxFeature feature) => feature.Span?.Dispose();

    public long TakeDamaged()
    {
        var damaged = _journal.Statistics.Lost + Interlocked.Read(ref _damaged);
        return damaged - Interlocked.Exchange(ref _damagedTold, damaged);
    }

    public void Dispose()
    {
        _reader.Dispose();
        _journal.Dispose();
        _lock?.Dispose();
    }

    private static bool TryRead(in JournalRecord record, out ContractId contract, out FeatureMessage message)
    {
        (contract, message) = (default, default);
        if (record.Kind != FeatureKind || record.Payload.Length < ContractId.Size || !FeatureMessage.TryRead(record.Payload[ContractId.Size..], out message, out _))
        {
            return false;
        }

        contract = new ContractId(record.Payload.Span[..ContractId.Size]);
        return true;
    }

    // Without room it is tried again with every feature that found some.
    private void KeepDescriptors()
    {
        while (_unkept is [.., { } contract])
        {
            try
            {
                if (contract.Descriptor is { } descriptor)
                {
                    _folder.Keep(contract.Contract, descriptor.Payload.Span);
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return;
            }

            _unkept.RemoveAt(_unkept.Count - 1);
        }
    }

    private PublishedContract Find(ContractId contract)
    {
        lock (_gate)
        {
            if (!_contracts.TryGetValue(contract, out var published))
            {
                _contracts[contract] = published = PublishedContract.Of(_options, contract, _folder.Find(contract));
            }

            return published;
        }
    }

    private void Remember(ulong place, long capturedAt)
    {
        if (place >= _timed + TimesEvery || _times.Count == 0)
        {
            _timed = place;
            _times.Add((place, capturedAt));
            if (_journal is not null)
            {
                Forget(_journal.Statistics);
            }
        }
    }

    // The newest remembered time that is not behind the oldest feature is at most a few features older than it.
    private void Forget(in JournalStatistics statistics)
    {
        while (_timesFrom + 1 < _times.Count && (_times[_timesFrom + 1].Place <= statistics.Oldest || statistics.Records == 0))
        {
            _timesFrom++;
        }

        if (_timesFrom > _times.Count / 2)
        {
            _times.RemoveRange(0, _timesFrom);
            _timesFrom = 0;
        }
    }
}
