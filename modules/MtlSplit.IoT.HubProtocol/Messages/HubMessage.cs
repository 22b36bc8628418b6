using MtlSplit.IoT.HubProtocol.Errors;

namespace MtlSplit.IoT.HubProtocol.Messages;

/// <summary>
/// A message of a device or module: a body, the properties that the hub understands and the application's own. The body's memory is
/// not copied; whoever made the message keeps it unchanged. Otherwise immutable.
/// </summary>
public sealed record HubMessage
{
    /// <summary>The largest message, body and properties together, in bytes.</summary>
    public const int MaxSize = 256 * 1024;

    /// <summary>The payload.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>What the hub understands.</summary>
    public MessageProperties System { get; init; } = MessageProperties.None;

    /// <summary>The application's properties, in order; a value may be null, which is not the empty text.</summary>
    public IReadOnlyList<KeyValuePair<string, string?>> Properties { get; init; } = [];

    /// <summary>Puts a message together from what came over the wire.</summary>
    /// <param name="body">The payload; kept, not copied.</param>
    /// <param name="bag">The topic's properties. Those with a known system name become <see cref="System"/>, all others <see cref="Properties"/>.</param>
    /// <exception cref="HubFormatException">A system property that is a time holds none; its message names the property.</exception>
    public static HubMessage From(ReadOnlyMemory<byte> body, PropertyBag bag)
    {
        var system = MessageProperties.None;
        var own = new List<KeyValuePair<string, string?>>(bag.Count);
        foreach (var pair in bag)
        {
            if (!SystemProperty.TryFindWire(pair.Key, out var property))
            {
                own.Add(pair);
            }
            else if (pair.Value is not null)
            {
                system = property.Set(system, pair.Value);
            }
        }

        return new HubMessage { Body = body, System = system, Properties = own };
    }

    /// <summary>The properties as they stand in a topic: the system's, then the application's.</summary>
    public PropertyBag ToBag()
    {
        var pairs = new List<KeyValuePair<string, string?>>();
        foreach (var property in SystemProperty.All)
        {
            if (property.Get(System) is { } value)
            {
                pairs.Add(new(property.WireName, value));
            }
        }

        pairs.AddRange(Properties);
        return new PropertyBag(pairs);
    }

    /// <summary>Finds a property of the application by its exact name; where it is repeated the last one counts.</summary>
    public bool TryGetProperty(string name, out string? value)
    {
        for (var i = Properties.Count - 1; i >= 0; i--)
        {
            if (Properties[i].Key == name)
            {
                value = Properties[i].Value;
                return true;
            }
        }

        value = null;
        return false;
    }
}
