using MtlSplit.IoT.Storage.Files;
using MtlSplit.IoT.Storage.Journals;

namespace MtlSplit.IoT.Storage.Tests.Journals;

/// <summary>The process that is killed: appends and acknowledges as fast as it can, and says of each on standard output when it is done.</summary>
internal static class JournalWriter
{
    public const string Command = "journal-writer";
    public const byte Appended = 1;
    public const byte Acknowledged = 2;
    public const int MostBytes = 3000;

    public static readonly JournalOptions Options = new() { MaxBytes = 64 << 20, SyncWindow = TimeSpan.FromMilliseconds(20), AcknowledgementWindow = TimeSpan.FromMilliseconds(50) };

    /// <summary>Ends when it is killed, or nobody listens.</summary>
    public static int Run(string folder, int seed)
    {
        using var output = Console.OpenStandardOutput();
        var random = new Random(seed);
        var open = new List<ulong>();
        var journal = Journal.Open(DiskFileSystem.Instance, folder, Options, TimeProvider.System, record => open.Add(record.Sequence));
        var next = Probe(journal);
        Span<byte> word = stackalloc byte[9];
        while (true)
        {
            var result = journal.Append(7, Content.Of(next, MostBytes));
            if (result.Outcome != AppendOutcome.Appended || result.Sequence != next)
            {
                Console.Error.WriteLine($"{result}, expected number {next}: {journal.LastFailure}");
                return 1;
            }

            open.Add(next);
            Say(output, word, Appended, next++);
            if (open.Count > 40)
            {
                var which = random.Next(open.Count - 1);
                journal.Acknowledge(open[which]);
                Say(output, word, Acknowledged, open[which]);
                open.RemoveAt(which);
            }
        }
    }

    // An empty record tells the next number.
    private static ulong Probe(Journal journal)
    {
        var probe = journal.Append(9, []).Sequence;
        journal.Acknowledge(probe);
        return probe + 1;
    }

    private static void Say(Stream output, Span<byte> word, byte what, ulong number)
    {
        word[0] = what;
        BitConverter.TryWriteBytes(word[1..], number);
        output.Write(word);
    }
}
