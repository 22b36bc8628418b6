using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Nodes;
using MtlSplit.IoT.HubProtocol.Errors;
using MtlSplit.IoT.HubProtocol.Messages;

namespace MtlSplit.IoT.HubProtocol.Twins;

/// <summary>
/// The desired or reported properties of a twin: the values, a version that rises by one with every change, and when each part last
/// changed. Immutable and safe to share between threads: every JSON object that it gives out is the caller's own.
/// </summary>
public sealed class TwinSection
{
    private const string VersionName = "$version";
    private const string MetadataName = "$metadata";
    private const string UpdatedName = "$lastUpdated";
    private const string UpdatedVersionName = "$lastUpdatedVersion";

    private readonly JsonObject _properties;
    private readonly JsonObject _metadata;

    private TwinSection(TwinSectionKind kind, long version, JsonObject properties, JsonObject metadata)
    {
        Kind = kind;
        Version = version;
        _properties = properties;
        _metadata = metadata;
    }

    /// <summary>Desired or reported.</summary>
    public TwinSectionKind Kind { get; }

    /// <summary>The version; 1 for a new section.</summary>
    public long Version { get; }

    /// <summary>The values, without version and metadata; a copy.</summary>
    public JsonObject Properties => _properties.DeepClone().AsObject();

    /// <summary>When each part last changed, a tree like that of the values; a copy.</summary>
    public JsonObject Metadata => _metadata.DeepClone().AsObject();

    /// <summary>A new section without properties, version 1.</summary>
    public static TwinSection Create(TwinSectionKind kind, DateTimeOffset now) => new(kind, 1, [], Stamp(kind, 1, now));

    /// <summary>Reads what <see cref="ToServiceJson"/> wrote; metadata may be missing, then every part is as old as <paramref name="now"/>.</summary>
    /// <exception cref="HubFormatException">There is no version, or the metadata is no object.</exception>
    public static TwinSection FromServiceJson(JsonObject json, TwinSectionKind kind, DateTimeOffset now)
    {
        if (!HubJson.TryGetWhole(json[VersionName], out var version))
        {
            throw new HubFormatException(VersionName, "A section of a twin has no whole number $version.");
        }

        var properties = MergePatch.Apply([], WithoutReserved(json));
        return json[MetadataName] switch
        {
            null => new(kind, version, properties, Restamp(Stamp(kind, version, now), properties, kind, version, now)),
            JsonObject metadata => new(kind, version, properties, metadata.DeepClone().AsObject()),
            _ => throw new HubFormatException(MetadataName, "A section of a twin has a $metadata that is no object."),
        };
    }

    /// <summary>What a client is told of a change: the patch and the version that it led to.</summary>
    public static JsonObject Notification(JsonObject patch, long version)
    {
        var notification = WithoutReserved(patch);
        notification[VersionName] = version;
        return notification;
    }

    /// <summary>
    /// The section after a patch, its version one higher even if nothing differs. <c>$version</c> and <c>$metadata</c> in the patch are
    /// passed over. Nothing else is checked; <see cref="TryApply"/> does.
    /// </summary>
    public TwinSection Apply(JsonObject patch, DateTimeOffset now)
    {
        var clean = WithoutReserved(patch);
        return new(Kind, Version + 1, MergePatch.Apply(_properties, clean), Restamp(_metadata, clean, Kind, Version + 1, now));
    }

    /// <summary>The section with other properties in place of all it had; null members are left out. Its version is one higher.</summary>
    public TwinSection Replace(JsonObject properties, DateTimeOffset now)
    {
        var clean = MergePatch.Apply([], WithoutReserved(properties));
        return new(Kind, Version + 1, clean, Restamp([], clean, Kind, Version + 1, now));
    }

    /// <summary>The section after a patch, if the patch and what it leads to keep the limits of <see cref="TwinRules"/>.</summary>
    public bool TryApply(JsonObject patch, DateTimeOffset now, [NotNullWhen(true)] out TwinSection? next, [NotNullWhen(false)] out TwinFault? fault)
    {
        next = null;
        fault = TwinRules.Check(patch, Kind);
        if (fault is not null)
        {
            return false;
        }

        var applied = Apply(patch, now);
        fault = TwinRules.Check(applied._properties, Kind);
        next = fault is null ? applied : null;
        return next is not null;
    }

    /// <summary>What the device or module sees: the values and <c>$version</c>.</summary>
    public JsonObject ToClientJson()
    {
        var json = Properties;
        json[VersionName] = Version;
        return json;
    }

    /// <summary>What the service sees: the values, <c>$metadata</c> and <c>$version</c>.</summary>
    public JsonObject ToServiceJson()
    {
        var json = Properties;
        json[MetadataName] = Metadata;
        json[VersionName] = Version;
        return json;
    }

    private static JsonObject WithoutReserved(JsonObject json)
    {
        var copy = json.DeepClone().AsObject();
        copy.Remove(VersionName);
        copy.Remove(MetadataName);
        return copy;
    }

    private static JsonObject Stamp(TwinSectionKind kind, long version, DateTimeOffset now)
    {
        var stamp = new JsonObject { [UpdatedName] = now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture) };
        if (kind == TwinSectionKind.Desired)
        {
            stamp[UpdatedVersionName] = version;
        }

        return stamp;
    }

    // The tree of times after a patch: new stamps along what the patch names, the old ones elsewhere.
    private static JsonObject Restamp(JsonObject metadata, JsonObject patch, TwinSectionKind kind, long version, DateTimeOffset now)
    {
        var result = Stamp(kind, version, now);
        foreach (var (name, part) in metadata)
        {
            if (!name.StartsWith('$') && !patch.ContainsKey(name))
            {
                result[name] = part?.DeepClone();
            }
        }

        foreach (var (name, value) in patch)
        {
            if (value is not null)
            {
                result[name] = value is JsonObject nested ? Restamp(metadata[name] as JsonObject ?? [], nested, kind, version, now) : Stamp(kind, version, now);
            }
        }

        return result;
    }
}
