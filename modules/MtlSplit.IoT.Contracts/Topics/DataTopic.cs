namespace MtlSplit.IoT.Contracts.Topics;

/// <summary>A topic of the data plane, taken apart.</summary>
/// <param name="Kind">What flows on it.</param>
/// <param name="Fleet">The fleet.</param>
/// <param name="Owner">The vehicle; for <see cref="DataTopicKind.HeadConsumer"/> the task; else empty.</param>
/// <param name="Leaf">The last level: contract, task, frame, consumer or event kind; empty for a vehicle's status.</param>
public readonly record struct DataTopic(DataTopicKind Kind, string Fleet, string Owner, string Leaf)
{
    /// <summary>The vehicle that a feature, prediction, label, frame, quarantine notice or status belongs to.</summary>
    public string Vehicle => Owner;

    /// <summary>Takes a topic apart. Returns false for anything that is not exactly a topic of the data plane.</summary>
    public static bool TryParse(ReadOnlySpan<char> topic, out DataTopic parsed)
    {
        parsed = default;
        Span<Range> parts = stackalloc Range[9];
        var count = topic.Split(parts, '/');
        if (count is < 5 or > 7 || topic[parts[0]] is not "mtl" || topic[parts[1]] is not "v1")
        {
            return false;
        }

        for (var i = 2; i < count; i++)
        {
            if (!BusName.IsValid(topic[parts[i]]))
            {
                return false;
            }
        }

        var fleet = topic[parts[2]].ToString();
        switch (topic[parts[3]])
        {
            case "vehicles" when count == 6 && topic[parts[5]] is "status":
                parsed = new DataTopic(DataTopicKind.VehicleStatus, fleet, topic[parts[4]].ToString(), "");
                return true;
            case "vehicles" when count == 7:
                var kind = topic[parts[5]] switch
                {
                    "features" => DataTopicKind.Feature,
                    "predictions" => DataTopicKind.Prediction,
                    "labels" => DataTopicKind.Label,
                    "frames" => DataTopicKind.Frame,
                    "quarantine" => DataTopicKind.QuarantineNotice,
                    _ => DataTopicKind.None,
                };
                parsed = new DataTopic(kind, fleet, topic[parts[4]].ToString(), topic[parts[6]].ToString());
                return kind != DataTopicKind.None;
            case "contracts" when count == 5:
                parsed = new DataTopic(DataTopicKind.Contract, fleet, "", topic[parts[4]].ToString());
                return true;
            case "heads" when count == 6:
                parsed = new DataTopic(DataTopicKind.HeadConsumer, fleet, topic[parts[4]].ToString(), topic[parts[5]].ToString());
                return true;
            case "events" when count == 5:
                parsed = new DataTopic(DataTopicKind.Event, fleet, "", topic[parts[4]].ToString());
                return true;
            default:
                return false;
        }
    }
}
