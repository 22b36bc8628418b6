namespace MtlSplit.IoT.SampleStore.Partitions;

/// <summary>The three tables: what stands in each, and what makes two rows of it the same one.</summary>
internal static class SampleTables
{
    public static readonly SampleTable Features = new(
        "features",
        "fleet VARCHAR, vehicle VARCHAR, contract VARCHAR, session UBIGINT, number UBIGINT, captured_at TIMESTAMP, received_at TIMESTAMP, sequence UBIGINT, late BOOLEAN, encoding UINTEGER, tensor BLOB, stream VARCHAR, inclusion_probability DOUBLE",
        "fleet, contract, session, number",
        "contract",
        "captured_at")
    {
        Passing = ", draw DOUBLE",
        // Files of form 0 are from before there were streams: then everything was kept.
        Since = ["'uniform' AS stream, 1.0::DOUBLE AS inclusion_probability"],
    };

    public static readonly SampleTable Predictions = new(
        "predictions",
        "fleet VARCHAR, vehicle VARCHAR, contract VARCHAR, session UBIGINT, number UBIGINT, task VARCHAR, head_version VARCHAR, captured_at TIMESTAMP, inferred_at TIMESTAMP, received_at TIMESTAMP, class INTEGER, probabilities FLOAT[], batch_size INTEGER",
        "fleet, vehicle, contract, session, number, task, head_version",
        "task",
        "captured_at");

    public static readonly SampleTable Labels = new(
        "labels",
        "fleet VARCHAR, vehicle VARCHAR, session UBIGINT, number UBIGINT, task VARCHAR, class_name VARCHAR, source VARCHAR, labelled_at TIMESTAMP, received_at TIMESTAMP",
        "fleet, vehicle, session, number, task, class_name, source, labelled_at",
        "task",
        "labelled_at");

    public static readonly SampleTable[] All = [Features, Predictions, Labels];
}
