using System.Diagnostics;
using MtlSplit.IoT.Storage.Journals;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.Storage.Tests.Journals;

/// <summary>A real process that writes to a journal and is killed (SIGKILL) at any moment, again and again, on the same folder.</summary>
public sealed class JournalKillTests : IDisposable
{
    private const int Kills = 25;

    private readonly TemporaryFolder _folder = new();
    private readonly HashSet<ulong> _open = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task KilledWriter_LosesNothingThatWasAppended_AndRepeatsFewerThan64()
    {
        var random = new Random(2026);
        for (var kill = 0; kill < Kills; kill++)
        {
            var acknowledged = new List<ulong>();
            await WriteAndKillAsync(kill, random.Next(1, 4000), acknowledged);

            using var journal = JournalBench.Open(_folder.At("journal"), JournalWriter.Options);
            var records = journal.ReadAll();
            Assert.Empty(journal.Recovery.Damage.Keys.Except([JournalDamage.TornTail]));
            Assert.Equal(0, journal.Recovery.Lost);

            // It may have acknowledged one more, and appended one more, than it lived to say.
            var missing = _open.Except(records.Select(record => record.Sequence)).ToList();
            Assert.InRange(missing.Count, 0, 1);
            Assert.All(missing, sequence => Assert.NotEqual(_open.Max(), sequence));
            _open.ExceptWith(missing);
            Assert.All(records.Where(record => record.Kind == 7), record => Assert.Equal(Content.Of(record.Sequence, JournalWriter.MostBytes), record.Payload));

            Assert.InRange(records.Count(record => acknowledged.Contains(record.Sequence)), 0, 63);
            Assert.InRange(records.Count, _open.Count, _open.Count + 63 + 1);
            foreach (var record in records.Where(record => !_open.Contains(record.Sequence)))
            {
                journal.Acknowledge(record.Sequence);
            }
        }

        Assert.NotEmpty(_open);
    }

    private async Task WriteAndKillAsync(int seed, int words, List<ulong> acknowledged)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardError = true };
        // A killed process leaves the pipes of its diagnostics behind.
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        start.ArgumentList.Add(JournalWriter.Command);
        start.ArgumentList.Add(_folder.At("journal"));
        start.ArgumentList.Add($"{seed}");
        using var process = Process.Start(start)!;
        var word = new byte[9];
        var read = 0;
        while (await Expect.WithinAsync(process.StandardOutput.BaseStream.ReadAtLeastAsync(word, word.Length, throwOnEndOfStream: false).AsTask(), "the writer says something") == word.Length)
        {
            var number = BitConverter.ToUInt64(word, 1);
            if (word[0] == JournalWriter.Appended)
            {
                _open.Add(number);
            }
            else
            {
                _open.Remove(number);
                acknowledged.Add(number);
            }

            if (++read == words)
            {
                process.Kill();
            }
        }

        await process.WaitForExitAsync();
        Assert.True(read >= words, $"The writer ended by itself: {await process.StandardError.ReadToEndAsync()}");
    }
}
