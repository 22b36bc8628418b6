using Microsoft.Extensions.Time.Testing;
using MtlSplit.IoT.Storage.Files;
using MtlSplit.IoT.Storage.Journals;
using MtlSplit.IoT.Testing.Storage;
using Xunit;

namespace MtlSplit.IoT.Storage.Tests.Journals;

/// <summary>The power goes after every operation of a journal's life, with what was not synced dropped, kept or torn.</summary>
public sealed class JournalPowerCutTests : IDisposable
{
    private const int MostBytes = 1500;

    private static readonly JournalOptions Options = new() { MaxBytes = JournalOptions.LeastMaxBytes, SyncWindow = TimeSpan.FromSeconds(1), AcknowledgementWindow = TimeSpan.FromSeconds(2) };

    private readonly TemporaryFolder _folder = new();
    private FakeTimeProvider _time = new();
    private readonly Dictionary<ulong, DateTimeOffset> _appended = [];
    private readonly Dictionary<ulong, DateTimeOffset> _acknowledged = [];
    private readonly HashSet<ulong> _repeated = [];
    private readonly List<Moment> _moments = [];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void PowerCut_AfterAnyOperation_CostsAtMostTheWindow_AndTheJournalGoesOn(int seed)
    {
        var traced = new TracedFileSystem(DiskFileSystem.Instance, _folder.Path);
        Live(traced, new Random(seed));

        var states = 0;
        foreach (var state in PowerCut.States(traced.Trace, new PowerCutOptions { Seed = seed, Random = 2, Tears = 2 }))
        {
            states++;
            Check(state);
        }

        Assert.InRange(states, 500, 100_000);
    }

    // Two processes, one after the other; the first is killed.
    private void Live(TracedFileSystem traced, Random random)
    {
        var open = new List<ulong>();
        for (var process = 0; process < 2; process++)
        {
            // The clock of a process that was killed stands still.
            _time = new FakeTimeProvider(_time.GetUtcNow());
            var journal = Journal.Open(traced, _folder.At("journal"), Options, _time);
            for (var step = 0; step < 50; step++)
            {
                var next = journal.Append(1, []).Sequence + 1;
                journal.Acknowledge(next - 1);
                Assert.Equal(next, journal.Append(2, Content.Of(next, MostBytes)).Sequence);
                _appended[next] = _time.GetUtcNow();
                open.Add(next);
                if (random.Next(3) > 0)
                {
                    var which = random.Next(open.Count);
                    _acknowledged[open[which]] = _time.GetUtcNow();
                    journal.Acknowledge(open[which]);
                    open.RemoveAt(which);
                }

                _time.Advance(TimeSpan.FromMilliseconds(random.Next(150)));
                _moments.Add(new Moment(traced.Count, _time.GetUtcNow()));
            }

            if (process == 0)
            {
                // Killed: what it had not written of its acknowledgements comes again, so that nothing is said of it here.
                _repeated.UnionWith(_acknowledged.Where(pair => pair.Value > _time.GetUtcNow() - (Options.SyncWindow / 4)).Select(pair => pair.Key));
            }
            else
            {
                journal.Dispose();
                _moments.Add(new Moment(traced.Count, _time.GetUtcNow() + TimeSpan.FromHours(1)));
            }
        }
    }

    private void Check(PowerCutState state)
    {
        // The journal may count on nothing that was promised later than the last moment at which this much was recorded.
        var now = _moments.LastOrDefault(moment => moment.Operations <= state.Operations)?.At ?? DateTimeOffset.UnixEpoch;
        var later = _moments.FirstOrDefault(moment => moment.Operations >= state.Operations)?.At ?? DateTimeOffset.MaxValue;
        using var journal = JournalBench.Open(Path.Combine(state.Folder, "journal"), Options, new UnsyncedFileSystem(DiskFileSystem.Instance));
        var records = journal.ReadAll().Where(record => record.Kind == 2).ToDictionary(record => record.Sequence, record => record.Payload);

        Assert.All(records, record => Assert.True(Content.Of(record.Key, MostBytes).AsSpan().SequenceEqual(record.Value), $"{state}: record {record.Key} is not what was written."));
        Assert.All(
            _appended.Where(record => record.Value <= now - Options.SyncWindow && (!_acknowledged.TryGetValue(record.Key, out var done) || done > later)),
            record => Assert.True(records.ContainsKey(record.Key), $"{state}: record {record.Key} is gone, {(now - record.Value).TotalMilliseconds} ms old."));
        Assert.All(
            _acknowledged.Where(record => !_repeated.Contains(record.Key) && record.Value <= now - Options.AcknowledgementWindow - Options.SyncWindow),
            record => Assert.False(records.ContainsKey(record.Key), $"{state}: record {record.Key} is back, acknowledged {(now - record.Value).TotalMilliseconds} ms before."));

        var next = journal.Append(2, [1, 2, 3]).Sequence;
        Assert.DoesNotContain(next, records.Keys);
        Assert.Equal(next, journal.Sequences().Last());
    }

    private sealed record Moment(int Operations, DateTimeOffset At);
}
