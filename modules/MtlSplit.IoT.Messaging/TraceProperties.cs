using System.Diagnostics;

namespace MtlSplit.IoT.Messaging;

/// <summary>
/// Carries a trace through the bus in the W3C user properties <c>traceparent</c> and <c>tracestate</c>, so that one trace spans publisher
/// and consumers. Over MQTT 3.1.1, which has no user properties, the trace ends at the publisher.
/// </summary>
public static class TraceProperties
{
    /// <summary>The property's name in W3C's Trace Context.</summary>
    public const string TraceParent = "traceparent";

    /// <summary>The property's name in W3C's Trace Context.</summary>
    public const string TraceState = "tracestate";

    /// <summary>The message with the activity's context; the message itself when there is no activity.</summary>
    /// <param name="message">What is about to be published.</param>
    /// <param name="activity">The activity that publishes, in W3C format; null: none.</param>
    public static BusMessage Inject(BusMessage message, Activity? activity)
    {
        if (activity is not { IdFormat: ActivityIdFormat.W3C, Id: { } id })
        {
            return message;
        }

        List<KeyValuePair<string, string>> properties =
        [
            .. message.UserProperties.Where(p => p.Key is not (TraceParent or TraceState)),
            new(TraceParent, id),
        ];
        if (!string.IsNullOrEmpty(activity.TraceStateString))
        {
            properties.Add(new(TraceState, activity.TraceStateString));
        }

        return message with { UserProperties = properties };
    }

    /// <summary>The context that a message came with; the default one when it has none, or one that is not well formed.</summary>
    /// <param name="properties">A delivery's user properties.</param>
    public static ActivityContext Extract(IReadOnlyList<KeyValuePair<string, string>> properties)
    {
        string? parent = null;
        string? state = null;
        for (var i = 0; i < properties.Count; i++)
        {
            if (properties[i].Key == TraceParent)
            {
                parent = properties[i].Value;
            }
            else if (properties[i].Key == TraceState)
            {
                state = properties[i].Value;
            }
        }

        return ActivityContext.TryParse(parent, state, isRemote: true, out var context) ? context : default;
    }
}
