using System.Globalization;
using MtlSplit.IoT.SampleStore.Partitions;

namespace MtlSplit.IoT.SampleStore.Labelling;

/// <summary>
/// What labels say together. Of one source the last writer counts: by time of labelling, then of receipt. Between sources the first one of a given
/// order does; those that are not in it must agree. Where they do not, the frame has no class: nobody learns from it and no gate counts it.
/// </summary>
internal static class LabelTruth
{
    /// <summary>
    /// A SELECT with one row per frame and task: fleet, vehicle, session, number, task, class_name (null: contradicted), source (of several the first by name).
    /// </summary>
    /// <param name="labels">A view, or a SELECT in parentheses, of labels.</param>
    /// <param name="order">Sources that go before all others, the best first.</param>
    public static string Of(string labels, IReadOnlyList<string> order) => $"""
        SELECT fleet, vehicle, session, number, task, if(min(class_name) = max(class_name), min(class_name), NULL) AS class_name, min(source) AS source
        FROM ({Ranked(labels, order)} QUALIFY rank = min(rank) OVER (PARTITION BY fleet, vehicle, session, number, task))
        GROUP BY fleet, vehicle, session, number, task
        """;

    /// <summary>A SELECT with what each source says last: fleet, vehicle, session, number, task, source, class_name, labelled_at, received_at.</summary>
    public static string Said(string labels) => $"""
        SELECT fleet, vehicle, session, number, task, source,
          arg_max(class_name, (labelled_at, received_at, class_name)) AS class_name,
          max(labelled_at) AS labelled_at,
          arg_max(received_at, (labelled_at, received_at)) AS received_at
        FROM {labels} GROUP BY fleet, vehicle, session, number, task, source
        """;

    private static string Ranked(string labels, IReadOnlyList<string> order)
    {
        var ranks = string.Join(" ", order.Select((source, i) => string.Create(CultureInfo.InvariantCulture, $"WHEN {SampleDatabase.Quote(source)} THEN {i}")));
        return $"SELECT *, {(order.Count == 0 ? "0" : $"CASE source {ranks} ELSE {order.Count.ToString(CultureInfo.InvariantCulture)} END")} AS rank FROM ({Said(labels)})";
    }
}
