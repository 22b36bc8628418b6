using System.Globalization;
using MtlSplit.IoT.SampleStore.Partitions;

namespace MtlSplit.IoT.SampleStore.Labelling;

/// <summary>Finds frames whose sources contradict each other, and what each of them says.</summary>
internal static class ConflictQuery
{
    private const string Key = "fleet, vehicle, session, number, task";

    public static IReadOnlyList<LabelConflict> Run(SampleDatabase database, ConflictFilter filter)
    {
        var conditions = new List<string> { "TRUE" };
        if (filter.Fleet is { } fleet)
        {
            conditions.Add($"fleet = {SampleDatabase.Quote(fleet)}");
        }

        if (filter.Task is { } task)
        {
            conditions.Add($"task = {SampleDatabase.Quote(task)}");
        }

        var labels = $"(SELECT * FROM labels WHERE {string.Join(" AND ", conditions)})";
        using var command = database.Connection.CreateCommand();
        command.CommandText = $"""
            WITH said AS MATERIALIZED ({LabelTruth.Said(labels)}),
            contradicted AS (
              SELECT {Key}, max(labelled_at) AS newest FROM said GROUP BY {Key} HAVING count(DISTINCT class_name) > 1
              ORDER BY newest DESC, session, number, task LIMIT {filter.Newest.ToString(CultureInfo.InvariantCulture)}),
            truth AS ({LabelTruth.Of(labels, filter.Sources)})
            SELECT c.fleet, c.vehicle, lpad(lower(to_hex(c.session)), 16, '0') || lpad(lower(to_hex(c.number)), 16, '0'), c.task, t.class_name,
              s.source, s.class_name, epoch_us(s.labelled_at), epoch_us(s.received_at)
            FROM contradicted c JOIN said s USING ({Key}) JOIN truth t USING ({Key})
            ORDER BY c.newest DESC, c.session, c.number, c.task, s.source
            """;
        using var rows = command.ExecuteReader();
        var conflicts = new List<LabelConflict>();
        while (rows.Read())
        {
            var said = new SaidLabel(rows.GetString(5), rows.GetString(6), DateTimeOffset.UnixEpoch.AddMicroseconds(rows.GetInt64(7)), DateTimeOffset.UnixEpoch.AddMicroseconds(rows.GetInt64(8)));
            var (frame, ofTask) = (rows.GetString(2), rows.GetString(3));
            if (conflicts is [.., var last] && (last.Frame, last.Task, last.Vehicle, last.Fleet) == (frame, ofTask, rows.GetString(1), rows.GetString(0)))
            {
                conflicts[^1] = last with { Said = [.. last.Said, said] };
            }
            else
            {
                conflicts.Add(new LabelConflict(rows.GetString(0), rows.GetString(1), frame, ofTask, rows.IsDBNull(4) ? null : rows.GetString(4), [said]));
            }
        }

        return conflicts;
    }
}
