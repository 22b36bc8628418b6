using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using MtlSplit.IoT.HubProtocol.Errors;

namespace MtlSplit.IoT.HubProtocol.Messages;

/// <summary>
/// The properties that ride in a topic: <c>name=value</c> joined by <c>&amp;</c>, names and values percent-encoded. Order is kept. A name
/// alone has the value null, <c>name=</c> the empty text. Where a name is repeated the last one counts. Immutable.
/// </summary>
public sealed class PropertyBag : IReadOnlyList<KeyValuePair<string, string?>>, IEquatable<PropertyBag>
{
    private readonly KeyValuePair<string, string?>[] _pairs;

    /// <summary>Makes a bag of pairs, in their order.</summary>
    /// <exception cref="ArgumentException">A name is empty.</exception>
    public PropertyBag(IEnumerable<KeyValuePair<string, string?>> pairs)
    {
        _pairs = [.. pairs];
        if (_pairs.Any(pair => string.IsNullOrEmpty(pair.Key)))
        {
            throw new ArgumentException("A property needs a name.", nameof(pairs));
        }
    }

    /// <summary>Makes a bag of pairs, in their order.</summary>
    /// <exception cref="ArgumentException">A name is empty.</exception>
    public PropertyBag(params ReadOnlySpan<(string Name, string? Value)> pairs)
    {
        _pairs = new KeyValuePair<string, string?>[pairs.Length];
        for (var i = 0; i < pairs.Length; i++)
        {
            ArgumentException.ThrowIfNullOrEmpty(pairs[i].Name, nameof(pairs));
            _pairs[i] = new(pairs[i].Name, pairs[i].Value);
        }
    }

    /// <summary>No properties.</summary>
    public static PropertyBag Empty { get; } = new();

    /// <summary>How many properties there are.</summary>
    public int Count => _pairs.Length;

    /// <summary>The property at a place, decoded.</summary>
    public KeyValuePair<string, string?> this[int index] => _pairs[index];

    /// <summary>Reads a bag; empty text is an empty bag.</summary>
    /// <exception cref="HubFormatException">A property has no name.</exception>
    public static PropertyBag Parse(string text) =>
        TryParse(text, out var bag) ? bag : throw new HubFormatException("property bag", $"The property bag '{text}' holds a property without a name.");

    /// <summary>Reads a bag; empty text is an empty bag. A percent sign that encodes nothing stands for itself. Never throws.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out PropertyBag? bag)
    {
        bag = Empty;
        if (text.IsEmpty)
        {
            return true;
        }

        var pairs = new List<KeyValuePair<string, string?>>();
        foreach (var range in text.Split('&'))
        {
            var pair = text[range];
            var equals = pair.IndexOf('=');
            var name = Uri.UnescapeDataString(equals < 0 ? pair : pair[..equals]);
            if (name.Length == 0)
            {
                bag = null;
                return false;
            }

            pairs.Add(new(name, equals < 0 ? null : Uri.UnescapeDataString(pair[(equals + 1)..])));
        }

        bag = new PropertyBag(pairs);
        return true;
    }

    /// <summary>Finds a property by its exact name; the value may be null.</summary>
    public bool TryGetValue(string name, out string? value)
    {
        for (var i = _pairs.Length - 1; i >= 0; i--)
        {
            if (_pairs[i].Key == name)
            {
                value = _pairs[i].Value;
                return true;
            }
        }

        value = null;
        return false;
    }

    /// <summary>The encoded text, without a leading or trailing separator; an empty bag is empty text. Everything but letters, digits and <c>- . _ ~</c> is encoded.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var (name, value) in _pairs)
        {
            if (text.Length > 0)
            {
                text.Append('&');
            }

            text.Append(Uri.EscapeDataString(name));
            if (value is not null)
            {
                text.Append('=').Append(Uri.EscapeDataString(value));
            }
        }

        return text.ToString();
    }

    /// <summary>Whether two bags hold the same properties in the same order.</summary>
    public bool Equals(PropertyBag? other) => other is not null && _pairs.AsSpan().SequenceEqual(other._pairs);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PropertyBag);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var pair in _pairs)
        {
            hash.Add(pair.Key, StringComparer.Ordinal);
        }

        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, string?>> GetEnumerator() => ((IEnumerable<KeyValuePair<string, string?>>)_pairs).GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => _pairs.GetEnumerator();
}
