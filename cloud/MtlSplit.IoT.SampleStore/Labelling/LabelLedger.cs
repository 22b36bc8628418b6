using MtlSplit.IoT.SampleStore.Partitions;

namespace MtlSplit.IoT.SampleStore.Labelling;

/// <summary>What the store, and this import so far, know about labels of one source. One thread at a time.</summary>
internal sealed class LabelLedger
{
    private const string Columns = "session UBIGINT, number UBIGINT, vehicle VARCHAR, task VARCHAR, class_name VARCHAR, labelled_at TIMESTAMP, place BIGINT";

    private readonly SampleDatabase _database;
    private long _places;

    public LabelLedger(SampleDatabase database, string fleet, string source)
    {
        _database = database;
        database.Execute($"CREATE TEMP TABLE asked ({Columns}); CREATE TEMP TABLE taken ({Columns})");
        database.Execute($"""
            CREATE TEMP VIEW said AS
            SELECT session, number, vehicle, task, class_name, labelled_at, received_at, 0 AS place FROM labels WHERE fleet = {SampleDatabase.Quote(fleet)} AND source = {SampleDatabase.Quote(source)}
            UNION ALL
            SELECT session, number, vehicle, task, class_name, labelled_at, NULL, place FROM taken
            """);
        database.Execute($"""
            CREATE TEMP VIEW frames AS
            SELECT session, number, vehicle FROM features WHERE fleet = {SampleDatabase.Quote(fleet)}
            UNION ALL
            SELECT session, number, vehicle FROM predictions WHERE fleet = {SampleDatabase.Quote(fleet)}
            """);
    }

    /// <summary>What is known about each of some labels, in their order.</summary>
    public IReadOnlyList<LabelFacts> FactsOf(IReadOnlyList<LabelCandidate> labels)
    {
        _database.Execute("DELETE FROM asked");
        Append("asked", labels, 0);
        var facts = new LabelFacts[labels.Count];
        using var command = _database.Connection.CreateCommand();
        command.CommandText = """
            WITH owner AS (
              SELECT session, number, min(vehicle) AS owner FROM frames SEMI JOIN asked USING (session, number) GROUP BY ALL),
            about AS MATERIALIZED (
              SELECT * FROM said SEMI JOIN asked USING (session, number)),
            newest AS (
              SELECT session, number, vehicle, task, arg_max(class_name, (labelled_at, place, received_at, class_name)) AS class_name FROM about GROUP BY ALL),
            same AS (
              SELECT DISTINCT session, number, vehicle, task, class_name, labelled_at FROM about)
            SELECT a.place, o.owner, s.session IS NOT NULL, n.class_name
            FROM asked a
            LEFT JOIN owner o ON o.session = a.session AND o.number = a.number
            LEFT JOIN newest n ON n.session = a.session AND n.number = a.number AND n.vehicle = a.vehicle AND n.task = a.task
            LEFT JOIN same s ON s.session = a.session AND s.number = a.number AND s.vehicle = a.vehicle AND s.task = a.task AND s.class_name = a.class_name AND s.labelled_at = a.labelled_at
            """;
        using var rows = command.ExecuteReader();
        while (rows.Read())
        {
            facts[(int)rows.GetInt64(0)] = new LabelFacts(rows.IsDBNull(1) ? null : rows.GetString(1), rows.GetBoolean(2), rows.IsDBNull(3) ? null : rows.GetString(3));
        }

        return facts;
    }

    /// <summary>Counts labels as said from now on.</summary>
    public void Take(IReadOnlyList<LabelCandidate> labels)
    {
        Append("taken", labels, _places + 1);
        _places += labels.Count;
    }

    private void Append(string table, IReadOnlyList<LabelCandidate> labels, long place)
    {
        using var appender = _database.Connection.CreateAppender(table);
        foreach (var (_, vehicle, label, _) in labels)
        {
            appender.CreateRow()
                .AppendValue(label.Frame.Session).AppendValue(label.Frame.Number)
                .AppendValue(vehicle).AppendValue(label.Task).AppendValue(label.ClassName)
                .AppendValue(DateTime.UnixEpoch.AddMicroseconds(label.LabelledAt)).AppendValue(place++)
                .EndRow();
        }
    }
}
