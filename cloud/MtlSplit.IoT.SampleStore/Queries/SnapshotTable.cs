using System.Globalization;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.SampleStore.Partitions;

namespace MtlSplit.IoT.SampleStore.Queries;

/// <summary>
/// The listing of a retraining's snapshot as a table: which frames it took, with which class, on which side of the split. Joined with <c>features</c> it gives what a
/// head was made from, as far as the store still has it.
/// </summary>
internal static class SnapshotTable
{
    public const string Name = "snapshot";

    /// <summary>Makes the table. Returns its rows.</summary>
    /// <exception cref="SampleStoreException">The file is no listing; the message names the line.</exception>
    public static long Load(SampleDatabase database, string path)
    {
        database.Execute($"CREATE TEMP TABLE {Name} (frame VARCHAR, fleet VARCHAR, vehicle VARCHAR, captured_at TIMESTAMP, class_name VARCHAR, part VARCHAR, weight DOUBLE)");
        using var appender = database.Connection.CreateAppender(Name);
        var (number, rows) = (0, 0L);
        foreach (var line in File.ReadLines(path))
        {
            number++;
            if (line.StartsWith('#'))
            {
                continue;
            }

            // Listings of earlier versions have no weight: then every frame counted 1.
            if (line.Split('\t') is not [var frame, var fleet, var vehicle, var captured, var @class, var part, .. var more]
                || !FrameId.TryParse(frame, out _)
                || !long.TryParse(captured, NumberStyles.None, CultureInfo.InvariantCulture, out var at)
                || more.Length > 1
                || !double.TryParse(more is [var text] ? text : "1", CultureInfo.InvariantCulture, out var weight))
            {
                throw new SampleStoreException($"{path}: line {number} is none of a snapshot's listing.");
            }

            appender.CreateRow()
                .AppendValue(frame).AppendValue(fleet).AppendValue(vehicle).AppendValue(DateTime.UnixEpoch.AddMicroseconds(at)).AppendValue(@class).AppendValue(part).AppendValue(weight)
                .EndRow();
            rows++;
        }

        return rows;
    }
}
