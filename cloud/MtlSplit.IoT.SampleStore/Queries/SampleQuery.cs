using System.Data.Common;
using System.Globalization;
using DuckDB.NET.Data;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.SampleStore.Labelling;
using MtlSplit.IoT.SampleStore.Sampling;

namespace MtlSplit.IoT.SampleStore.Queries;

/// <summary>The query behind <see cref="SampleReader.Samples"/>: features, each with what its labels say together and its newest prediction.</summary>
internal static class SampleQuery
{
    public static DuckDBCommand Command(DuckDBConnection connection, SampleFilter filter)
    {
        var command = connection.CreateCommand();
        var conditions = new List<string> { "contract = $contract" };
        Add("contract", filter.Contract.ToString());
        Add("task", filter.Task);
        if (filter.Fleet is { } fleet)
        {
            conditions.Add("fleet = $fleet");
            Add("fleet", fleet);
        }

        if (filter.Vehicle is { } vehicle)
        {
            conditions.Add("vehicle = $vehicle");
            Add("vehicle", vehicle);
        }

        if (filter.CapturedSince is { } since)
        {
            conditions.Add("captured_at >= make_timestamp($since)");
            Add("since", since);
        }

        if (filter.CapturedBefore is { } before)
        {
            conditions.Add("captured_at < make_timestamp($before)");
            Add("before", before);
        }

        if (filter.Stream is { } stream)
        {
            conditions.Add($"stream = '{StreamNames.Of(stream)}'");
        }

        var some = filter switch
        {
            { Newest: { } most } => $"ORDER BY captured_at DESC, session, number LIMIT {most.ToString(CultureInfo.InvariantCulture)}",
            { Drawn: { } most } => $"ORDER BY hash(session, number), session, number LIMIT {most.ToString(CultureInfo.InvariantCulture)}",
            _ => "",
        };

        // The keys are joined and cut first, so that only the features asked for are read as a whole.
        command.CommandText = $"""
            WITH truth AS (
              {LabelTruth.Of("(SELECT * FROM labels WHERE task = $task)", filter.Sources)}),
            answer AS (
              SELECT fleet, vehicle, contract, session, number, arg_max(class, (inferred_at, head_version)) AS class, arg_max(head_version, (inferred_at, head_version)) AS head_version
              FROM predictions WHERE task = $task AND contract = $contract GROUP BY fleet, vehicle, contract, session, number),
            chosen AS (
              SELECT * FROM features {(filter.LabelledOnly ? "SEMI JOIN (SELECT * FROM truth WHERE class_name IS NOT NULL) USING (fleet, vehicle, session, number)" : "")}
              WHERE {string.Join(" AND ", conditions)} {some})
            SELECT f.session, f.number, f.fleet, f.vehicle, epoch_us(f.captured_at), f.encoding, f.tensor, t.class_name, t.source, a.class, a.head_version, t.session IS NOT NULL AND t.class_name IS NULL AS contradicted, f.stream, f.inclusion_probability
            FROM chosen f
            LEFT JOIN truth t USING (fleet, vehicle, session, number)
            LEFT JOIN answer a USING (fleet, vehicle, contract, session, number)
            ORDER BY f.captured_at, f.session, f.number
            """;
        return command;

        void Add(string name, object value) => command.Parameters.Add(new DuckDBParameter(name, value));
    }

    /// <summary>Counts the frames that the filter would take, were its labels not contradictory.</summary>
    public static DuckDBCommand Contradicted(DuckDBConnection connection, SampleFilter filter)
    {
        var command = Command(connection, filter with { Newest = null, Drawn = null, LabelledOnly = false });
        command.CommandText = $"SELECT count(*) FROM ({command.CommandText}) WHERE contradicted";
        return command;
    }

    public static uint Encoding(DbDataReader row) => row.GetFieldValue<uint>(5);

    public static byte[] Tensor(DbDataReader row)
    {
        using var stream = row.GetStream(6);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    public static StoredSample Sample(DbDataReader row, float[] feature) => new()
    {
        Frame = new FrameId(row.GetFieldValue<ulong>(0), row.GetFieldValue<ulong>(1)),
        Fleet = row.GetString(2),
        Vehicle = row.GetString(3),
        CapturedAt = row.GetInt64(4),
        Feature = feature,
        Label = row.IsDBNull(7) ? null : row.GetString(7),
        LabelSource = row.IsDBNull(8) ? null : row.GetString(8),
        PredictedClass = row.IsDBNull(9) ? null : row.GetInt32(9),
        HeadVersion = row.IsDBNull(10) ? null : row.GetString(10),
        Stream = StreamNames.Parse(row.GetString(12)),
        InclusionProbability = row.GetDouble(13),
    };
}
