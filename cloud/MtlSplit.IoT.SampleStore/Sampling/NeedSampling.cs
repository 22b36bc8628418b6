using System.Globalization;
using MtlSplit.IoT.SampleStore.Partitions;

namespace MtlSplit.IoT.SampleStore.Sampling;

/// <summary>
/// Thins the need stream out when the log becomes Parquet: by then most frames have their prediction. A frame's chance grows with how unsure heads were and
/// how rare their answer is; one whose prediction is late counts as an average one. The chance is written into the row. The number that a frame draws against it is always
/// the same: one that comes again after it was not kept is hardly ever kept then.
/// </summary>
/// <param name="database">The log's rows.</param>
/// <param name="catalog">The rows that were kept before, and the plan.</param>
internal sealed class NeedSampling(SampleDatabase database, Catalog catalog)
{
    // The budget counts for so much time of one vehicle.
    private const int BlockSeconds = 10;

    // Even the surest answer of the most frequent class is sometimes worth a look.
    private const double LeastScore = 0.1;

    /// <summary>Thins the fresh features out. Returns how many are not kept.</summary>
    public long Thin()
    {
        var fresh = SampleTables.Features.Fresh;
        if (catalog.Sampling is not { NeedPerSecond: { } perSecond } plan)
        {
            return 0;
        }

        var before = database.Count($"SELECT count(*) FROM {fresh}");
        database.Execute("CREATE TEMP TABLE decided (row BIGINT, q DOUBLE)");
        Decide(perSecond * BlockSeconds, plan.UniformRate);
        database.Execute(string.Create(CultureInfo.InvariantCulture, $"""
            CREATE TABLE sampled AS
            SELECT f.* REPLACE (coalesce({1 - plan.UniformRate:R} * d.q, f.inclusion_probability) AS inclusion_probability)
            FROM {fresh} f LEFT JOIN decided d ON d.row = f.rowid WHERE d.row IS NULL OR f.draw < d.q
            """));
        database.Execute($"DROP TABLE {fresh}; ALTER TABLE sampled RENAME TO {fresh}; DROP TABLE decided");
        return before - database.Count($"SELECT count(*) FROM {fresh}");
    }

    private void Decide(double budget, double uniformRate)
    {
        using var appender = database.Connection.CreateAppender("decided");
        var (rows, scores) = (new List<long>(), new List<double?>());
        (string, string, long)? block = null;
        var before = 0.0;
        using var command = database.Connection.CreateCommand();
        command.CommandText = Scores(uniformRate);
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            var next = (reader.GetString(1), reader.GetString(2), reader.GetInt64(3));
            if (block != next)
            {
                Settle();
                block = next;
                before = reader.GetDouble(5);
            }

            rows.Add(reader.GetInt64(0));
            scores.Add(reader.IsDBNull(4) ? null : reader.GetDouble(4));
        }

        Settle();

        void Settle()
        {
            var known = scores.OfType<double>().ToList();

            // What was kept of the block before stands for so many frames, which have had their share of the budget.
            var share = budget * rows.Count / Math.Max(1, rows.Count + before);
            var average = known.Count > 0 ? known.Average() : 1;
            var probabilities = NeedAllocation.Probabilities([.. scores.Select(s => s ?? average)], share);
            for (var i = 0; i < rows.Count; i++)
            {
                appender.CreateRow().AppendValue(rows[i]).AppendValue(probabilities[i]).EndRow();
            }

            rows.Clear();
            scores.Clear();
        }
    }

    private string Scores(double uniformRate) => string.Create(CultureInfo.InvariantCulture, $"""
        WITH answer AS (
          SELECT fleet, vehicle, contract, session, number, task, class, list_sort(probabilities, 'DESC') AS best FROM {SampleTables.Predictions.Fresh}
          QUALIFY row_number() OVER (PARTITION BY fleet, vehicle, contract, session, number, task ORDER BY inferred_at DESC, head_version DESC) = 1),
        frequency AS (
          SELECT contract, task, class, 1 - count(*) / max(count(*)) OVER (PARTITION BY contract, task) AS rarity FROM answer GROUP BY contract, task, class),
        need AS (
          SELECT a.fleet, a.vehicle, a.contract, a.session, a.number, max(1 - (a.best[1] - coalesce(a.best[2], 0)) + f.rarity) AS score
          FROM answer a JOIN frequency f ON f.contract = a.contract AND f.task = a.task AND f.class = a.class
          GROUP BY ALL),
        fresh AS (
          SELECT *, rowid AS row, epoch_us(captured_at) // {BlockSeconds * 1_000_000L} AS block FROM {SampleTables.Features.Fresh} WHERE stream = '{StreamNames.Need}'),
        kept AS (
          SELECT fleet, vehicle, epoch_us(captured_at) // {BlockSeconds * 1_000_000L} AS block, sum({1 - uniformRate:R} / inclusion_probability) AS frames
          FROM {Kept()} WHERE stream = '{StreamNames.Need}' GROUP BY ALL)
        SELECT f.row, f.fleet, f.vehicle, f.block, ({LeastScore} + n.score)::DOUBLE, coalesce(k.frames, 0)::DOUBLE
        FROM fresh f
        LEFT JOIN need n ON n.fleet = f.fleet AND n.vehicle = f.vehicle AND n.contract = f.contract AND n.session = f.session AND n.number = f.number
        LEFT JOIN kept k ON k.fleet = f.fleet AND k.vehicle = f.vehicle AND k.block = f.block
        ORDER BY 2, 3, 4, f.session, f.number
        """);

    private string Kept()
    {
        var touched = database.Partitions(SampleTables.Features).ToHashSet();
        var files = catalog.Files.Where(f => touched.Contains(f.Partition)).ToList();
        return files.Count > 0 ? database.Read(SampleTables.Features, files) : $"(SELECT * FROM {SampleTables.Features.Fresh} WHERE false)";
    }
}
