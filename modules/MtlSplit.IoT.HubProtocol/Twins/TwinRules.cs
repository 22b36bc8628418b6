using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MtlSplit.IoT.HubProtocol.Messages;

namespace MtlSplit.IoT.HubProtocol.Twins;

/// <summary>What may stand in a section of a twin, or in a patch of one. Stateless.</summary>
public static class TwinRules
{
    /// <summary>The largest desired or reported section: characters of names and strings, 8 for a number, 4 for true or false.</summary>
    public const int MaxSectionSize = 32 * 1024;

    /// <summary>The largest tags, counted in the same way.</summary>
    public const int MaxTagsSize = 8 * 1024;

    /// <summary>The longest string value, in bytes of UTF-8.</summary>
    public const int MaxStringBytes = 4096;

    /// <summary>The longest name, in bytes of UTF-8.</summary>
    public const int MaxNameBytes = 1024;

    /// <summary>How many objects and arrays may lie in each other below the section.</summary>
    public const int MaxDepth = 10;

    /// <summary>The largest whole number; the smallest is one less than its negative, -2^52.</summary>
    public const long MaxInteger = (1L << 52) - 1;

    /// <summary>
    /// Checks a section or a patch of one: null members, which delete, are allowed, null in arrays is not. <c>$version</c> and
    /// <c>$metadata</c> at the top are passed over and not counted.
    /// </summary>
    /// <returns>The first fault; null if there is none.</returns>
    public static TwinFault? Check(JsonObject section, TwinSectionKind kind)
    {
        var walk = new Walk();
        if (walk.Object(section, "", 0) is { } fault)
        {
            return fault;
        }

        var limit = kind == TwinSectionKind.Tags ? MaxTagsSize : MaxSectionSize;
        return walk.Size > limit
            ? new TwinFault("", string.Create(CultureInfo.InvariantCulture, $"The {Name(kind)} have a size of {walk.Size}; the limit is {limit}."))
            : null;
    }

    internal static bool IsReserved(string name) => name is "$version" or "$metadata";

    private static string Name(TwinSectionKind kind) => kind switch
    {
        TwinSectionKind.Tags => "tags",
        TwinSectionKind.Reported => "reported properties",
        _ => "desired properties",
    };

    private sealed class Walk
    {
        public long Size { get; private set; }

        public TwinFault? Object(JsonObject members, string path, int depth)
        {
            if (depth > MaxDepth)
            {
                return TooDeep(path);
            }

            foreach (var (name, value) in members)
            {
                if (depth == 0 && IsReserved(name))
                {
                    continue;
                }

                var place = path.Length == 0 ? name : $"{path}.{name}";
                Size += name.Length;
                if ((CheckName(name, place) ?? Value(value, place, depth)) is { } fault)
                {
                    return fault;
                }
            }

            return null;
        }

        private static TwinFault TooDeep(string path) => new(path, $"'{path}' lies deeper than {MaxDepth} objects and arrays.");

        private static TwinFault? CheckName(string name, string place)
        {
            var bytes = Encoding.UTF8.GetByteCount(name);
            if (bytes is 0 or > MaxNameBytes)
            {
                return new TwinFault(place, $"A name of {bytes} bytes begins with '{name[..Math.Min(name.Length, 20)]}'; 1 to {MaxNameBytes} are allowed.");
            }

            foreach (var c in name)
            {
                if (c is '.' or '$' or '#' || char.IsControl(c) || char.IsWhiteSpace(c))
                {
                    return new TwinFault(place, $"The name '{name}' holds U+{(int)c:X4}; names hold no . $ # white space or control characters.");
                }
            }

            return null;
        }

        private TwinFault? Value(JsonNode? value, string place, int depth)
        {
            switch (value?.GetValueKind() ?? JsonValueKind.Null)
            {
                case JsonValueKind.Object:
                    return Object(value!.AsObject(), place, depth + 1);
                case JsonValueKind.Array:
                    return Array(value!.AsArray(), place, depth + 1);
                case JsonValueKind.String:
                    var text = HubJson.TextOf(value!);
                    Size += text.Length;
                    var bytes = Encoding.UTF8.GetByteCount(text);
                    return bytes > MaxStringBytes ? new TwinFault(place, $"'{place}' is a string of {bytes} bytes; the limit is {MaxStringBytes}.") : null;
                case JsonValueKind.Number:
                    Size += 8;
                    return IsSafe(value!) ? null : new TwinFault(place, $"'{place}' is the whole number {value!.ToJsonString()}; from {-MaxInteger - 1} to {MaxInteger} are allowed.");
                case JsonValueKind.Null:
                    return null;
                default:
                    Size += 4;
                    return null;
            }
        }

        private TwinFault? Array(JsonArray items, string path, int depth)
        {
            if (depth > MaxDepth)
            {
                return TooDeep(path);
            }

            for (var i = 0; i < items.Count; i++)
            {
                var place = $"{path}[{i}]";
                if ((items[i] is null ? new TwinFault(place, $"'{place}' is null; arrays hold no null.") : Value(items[i], place, depth)) is { } fault)
                {
                    return fault;
                }
            }

            return null;
        }

        private static bool IsSafe(JsonNode number)
        {
            var text = number.ToJsonString();
            return text.AsSpan().IndexOfAny(".eE") >= 0
                || (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) && whole is >= -MaxInteger - 1 and <= MaxInteger);
        }
    }
}
