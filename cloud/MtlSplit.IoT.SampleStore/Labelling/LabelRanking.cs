using System.Globalization;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Contracts.Heads;
using MtlSplit.IoT.SampleStore.Partitions;
using MtlSplit.IoT.SampleStore.Queries;
using MtlSplit.IoT.SampleStore.Sampling;

namespace MtlSplit.IoT.SampleStore.Labelling;

/// <summary>
/// What to label next: frames with a feature and predictions of the task but no label, those first that heads are least sure of. At most a few of one vehicle
/// and block of time, since near-duplicates teach one thing.
/// </summary>
public static class LabelRanking
{
    private const string Key = "fleet, vehicle, contract, session, number";

    /// <summary>Ranks a store's frames, the most worthwhile first.</summary>
    /// <param name="reader">The store.</param>
    /// <param name="headsOf">The heads of a fleet, for the classes' names.</param>
    /// <param name="filter">Which frames.</param>
    /// <exception cref="HeadException">A head's files are damaged.</exception>
    public static IReadOnlyList<QueuedFrame> Rank(SampleReader reader, Func<string, HeadStore> headsOf, QueueFilter filter)
    {
        using var command = reader.Database.Connection.CreateCommand();
        command.CommandText = Sql(filter);
        using var rows = command.ExecuteReader();
        var names = new Dictionary<(string Fleet, string Contract), string[]>();
        var queue = new List<QueuedFrame>();
        while (rows.Read())
        {
            var contract = rows.GetString(3);
            queue.Add(new QueuedFrame(
                rows.GetString(0), rows.GetString(1), rows.GetString(2), filter.Task, contract,
                DateTimeOffset.UnixEpoch.AddMicroseconds(rows.GetInt64(4)), NameOf(rows.GetString(0), contract, rows.GetInt32(5)), rows.GetString(6),
                rows.GetDouble(7), rows.GetDouble(8), rows.GetDouble(9), rows.GetDouble(10)));
        }

        return queue;

        string NameOf(string fleet, string contract, int @class)
        {
            if (!names.TryGetValue((fleet, contract), out var classes))
            {
                names[(fleet, contract)] = classes = headsOf(fleet).Current(ContractId.Parse(contract), filter.Task)?.Manifest.Classes ?? [];
            }

            return @class < classes.Length ? classes[@class] : @class.ToString(CultureInfo.InvariantCulture);
        }
    }

    private static string Sql(QueueFilter filter)
    {
        var conditions = new List<string> { $"task = {SampleDatabase.Quote(filter.Task)}" };
        if (filter.Fleet is { } fleet)
        {
            conditions.Add($"fleet = {SampleDatabase.Quote(fleet)}");
        }

        if (filter.Contract is { } contract)
        {
            conditions.Add($"contract = '{contract}'");
        }

        if (filter.CapturedSince is { } since)
        {
            conditions.Add(string.Create(CultureInfo.InvariantCulture, $"captured_at >= make_timestamp({since})"));
        }

        var uniform = filter.Stream == StreamKind.Uniform;
        var kept = uniform ? StreamNames.KeptApart : $"NOT {StreamNames.KeptApart}";

        // Random, and the same for every query; then near-duplicates are there as often as they come, which is what all frames are like.
        var order = uniform ? "md5(concat(session, ' ', number))" : "score DESC";
        var spread = uniform ? "" : string.Create(
            CultureInfo.InvariantCulture,
            $"QUALIFY row_number() OVER (PARTITION BY fleet, vehicle, epoch_us(captured_at) // {(long)filter.Block.TotalMicroseconds} ORDER BY score DESC, session, number) <= {filter.PerBlock}");
        return $"""
            WITH answer AS MATERIALIZED (
              SELECT {Key}, head_version, arg_max(class, inferred_at) AS class, list_sort(arg_max(probabilities, inferred_at), 'DESC') AS best, max(inferred_at) AS inferred_at, min(captured_at) AS captured_at
              FROM predictions WHERE {string.Join(" AND ", conditions)} GROUP BY {Key}, head_version),
            newest AS MATERIALIZED (
              SELECT * FROM answer QUALIFY row_number() OVER (PARTITION BY {Key} ORDER BY inferred_at DESC, head_version DESC) = 1),
            frequency AS (
              SELECT contract, class, 1 - count(*) / max(count(*)) OVER (PARTITION BY contract) AS rarity FROM newest GROUP BY contract, class),
            agreed AS (
              SELECT {Key}, sum(votes) AS heads, max(votes) AS most FROM (SELECT {Key}, class, count(*) AS votes FROM answer GROUP BY {Key}, class) GROUP BY {Key}),
            part AS (
              SELECT n.*, 1 - (n.best[1] - coalesce(n.best[2], 0)) AS margin, if(a.heads > 1, (a.heads - a.most) / (a.heads - 1), 0) AS disagreement, f.rarity
              FROM (SELECT * FROM newest SEMI JOIN (SELECT * FROM features WHERE {kept}) USING ({Key})
                    ANTI JOIN (SELECT * FROM labels WHERE task = {SampleDatabase.Quote(filter.Task)}) USING (fleet, vehicle, session, number)) n
              JOIN agreed a USING ({Key}) JOIN frequency f ON f.contract = n.contract AND f.class = n.class),
            scored AS (
              SELECT *, (margin + disagreement + rarity) / 3 AS score FROM part)
            SELECT fleet, vehicle, lpad(lower(to_hex(session)), 16, '0') || lpad(lower(to_hex(number)), 16, '0'), contract, epoch_us(captured_at), class, head_version,
              score::DOUBLE, margin::DOUBLE, disagreement::DOUBLE, rarity::DOUBLE
            FROM scored
            {spread}
            ORDER BY {order}, captured_at, session, number
            LIMIT {filter.Count.ToString(CultureInfo.InvariantCulture)}
            """;
    }
}
