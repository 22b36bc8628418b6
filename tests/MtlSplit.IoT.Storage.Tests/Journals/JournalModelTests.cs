using CsCheck;
using MtlSplit.IoT.Storage.Files;
using MtlSplit.IoT.Storage.Journals;
using MtlSplit.IoT.Testing.Storage;
using Xunit;

namespace MtlSplit.IoT.Storage.Tests.Journals;

/// <summary>Whatever is done with a journal, it is a list.</summary>
public sealed class JournalModelTests
{
    private static readonly JournalOptions Options = new() { MaxBytes = JournalOptions.LeastMaxBytes };

    private enum Step
    {
        Append,
        AppendMany,
        Acknowledge,
        AcknowledgeOldest,
        Read,
        Restart,
        Kill,
        Sync,
    }

    [Fact]
    public void Journal_IsAListThatDropsItsOldest()
    {
        var steps = Gen.Select(Gen.Enum<Step>(), Gen.Int[0, 100_000]).Array[0, 60];
        steps.Sample(Run, iter: 150, threads: 1);
    }

    private static void Run((Step Step, int Number)[] steps)
    {
        using var folder = new TemporaryFolder();
        var files = new UnsyncedFileSystem(DiskFileSystem.Instance);
        var model = new SortedDictionary<ulong, byte[]>();
        var recently = new List<KeyValuePair<ulong, byte[]>>();
        var journal = JournalBench.Open(folder.Path, Options, files);
        var reader = journal.OpenReader();
        var read = 1UL;
        foreach (var (step, number) in steps)
        {
            switch (step)
            {
                case Step.Append:
                    Append(number);
                    break;
                case Step.AppendMany:
                    for (var n = 0; n < number % 30; n++)
                    {
                        Append((number / 7) + (n * 1000));
                    }

                    break;
                case Step.Acknowledge or Step.AcknowledgeOldest when model.Count > 0:
                    var settled = model.ElementAt(step == Step.Acknowledge ? number % model.Count : 0);
                    journal.Acknowledge(settled.Key);
                    model.Remove(settled.Key);
                    recently.Add(settled);
                    break;
                case Step.Read:
                    var before = read + (ulong)(number % 50);
                    var expected = model.Where(pair => pair.Key >= read && pair.Key < before).ToList();
                    Check(expected, reader.ReadOn(before));
                    read = expected.Count > 0 ? expected[^1].Key + 1 : read;
                    break;
                case Step.Restart or Step.Kill:
                    reader.Dispose();
                    if (step == Step.Restart)
                    {
                        journal.Dispose();
                    }

                    journal = JournalBench.Open(folder.Path, Options, files);
                    Assert.Empty(journal.Recovery.Damage);
                    (reader, read) = (journal.OpenReader(), 1);
                    if (step == Step.Kill)
                    {
                        // Fewer than 64 may be back, the newest of those that were acknowledged.
                        var back = journal.Sequences().Where(sequence => !model.ContainsKey(sequence)).ToHashSet();
                        Assert.Subset(recently.TakeLast(63).Select(pair => pair.Key).ToHashSet(), back);
                        recently.Where(pair => back.Contains(pair.Key)).ToList().ForEach(pair => model[pair.Key] = pair.Value);
                        recently.RemoveAll(pair => back.Contains(pair.Key));
                    }

                    break;
                case Step.Sync:
                    Assert.True(journal.Sync());
                    break;
            }

            Assert.Equal(model.Count, journal.Statistics.Records);
            Assert.InRange(journal.Statistics.Bytes, 0, Options.MaxBytes);
        }

        Check([.. model], journal.ReadAll());
        reader.Dispose();
        journal.Dispose();

        void Append(int length)
        {
            var payload = new byte[length];
            new Random(length).NextBytes(payload);
            var result = journal.Append(3, payload);
            Assert.Equal(AppendOutcome.Appended, result.Outcome);
            var dropped = model.Keys.Where(key => key <= result.DroppedThrough).ToList();
            Assert.Equal(dropped.Count, result.Dropped);
            dropped.ForEach(key => model.Remove(key));
            model.Add(result.Sequence, payload);
        }
    }

    private static void Check(List<KeyValuePair<ulong, byte[]>> expected, List<(ulong Sequence, byte Kind, byte[] Payload)> actual)
    {
        Assert.Equal(expected.Select(pair => pair.Key), actual.Select(record => record.Sequence));
        foreach (var (pair, record) in expected.Zip(actual))
        {
            Assert.True(pair.Value.AsSpan().SequenceEqual(record.Payload), $"Record {pair.Key} is not what was appended.");
        }
    }
}
