using System.Text.Json.Nodes;
using MtlSplit.IoT.DevHub.Registry.Changes;
using MtlSplit.IoT.DevHub.Registry.Identities;
using MtlSplit.IoT.DevHub.Registry.Records;
using MtlSplit.IoT.HubProtocol.Errors;
using MtlSplit.IoT.HubProtocol.Identities;
using MtlSplit.IoT.HubProtocol.Twins;

namespace MtlSplit.IoT.DevHub.Registry.Twins;

/// <summary>Changes twins.</summary>
internal static class TwinChanges
{
    /// <summary>Merges what a service says into a twin.</summary>
    /// <exception cref="HubException">It is not there, has another etag, or would be too large or malformed.</exception>
    public static HubEntry Patch(RegistryChange change, HubIdentity id, TwinBody body, EtagCondition condition)
    {
        var entry = IdentityRegistration.Require(change.State, id);
        condition.Require(entry.Twin.Etag, $"the twin of {id.ClientId}");
        var tags = !body.HasTags ? entry.Twin.Tags : body.Tags is null ? [] : MergePatch.Apply(entry.Twin.Tags, body.Tags);
        if (!body.HasDesired)
        {
            return Write(change, entry, tags, null, null);
        }

        var patch = body.Desired ?? MergePatch.Between(entry.Twin.Desired.Properties, []);
        return Write(change, entry, tags, entry.Twin.Desired.Apply(patch, change.Now), patch);
    }

    /// <summary>Replaces the parts of a twin that a service names.</summary>
    /// <exception cref="HubException">It is not there, has another etag, or would be too large or malformed.</exception>
    public static HubEntry Replace(RegistryChange change, HubIdentity id, TwinBody body, EtagCondition condition)
    {
        var entry = IdentityRegistration.Require(change.State, id);
        condition.Require(entry.Twin.Etag, $"the twin of {id.ClientId}");
        var tags = !body.HasTags ? entry.Twin.Tags : MergePatch.Apply([], body.Tags ?? []);
        if (!body.HasDesired)
        {
            return Write(change, entry, tags, null, null);
        }

        var desired = entry.Twin.Desired.Replace(body.Desired ?? [], change.Now);
        return Write(change, entry, tags, desired, MergePatch.Between(entry.Twin.Desired.Properties, desired.Properties));
    }

    /// <summary>Makes the desired properties these; where they are already, nothing changes.</summary>
    /// <exception cref="HubException">They would be too large or malformed.</exception>
    public static void SetDesired(RegistryChange change, HubEntry entry, JsonObject desired)
    {
        var patch = MergePatch.Between(entry.Twin.Desired.Properties, desired);
        if (patch.Count > 0)
        {
            // Only what differs gets a new time.
            Write(change, entry, entry.Twin.Tags, entry.Twin.Desired.Apply(patch, change.Now), patch);
        }
    }

    /// <summary>Merges what a client reports.</summary>
    /// <returns>The version with it.</returns>
    /// <exception cref="HubException">The twin is not there, or would be too large or malformed.</exception>
    public static long Report(RegistryChange change, HubIdentity id, JsonObject patch)
    {
        var entry = IdentityRegistration.Require(change.State, id);
        if (!entry.Twin.Reported.TryApply(patch, change.Now, out var reported, out var fault))
        {
            throw Refuse(TwinSectionKind.Reported, fault);
        }

        change.Put(new HubEntry(entry.Identity with { LastActivity = change.Now }, entry.Twin with { Reported = reported, Version = entry.Twin.Version + 1 }));
        return reported.Version;
    }

    private static HubEntry Write(RegistryChange change, HubEntry entry, JsonObject tags, TwinSection? desired, JsonObject? patch)
    {
        Check(tags, TwinSectionKind.Tags);
        if (desired is not null)
        {
            Check(patch!, TwinSectionKind.Desired);
            Check(desired.Properties, TwinSectionKind.Desired);
        }

        var updated = entry with
        {
            Twin = entry.Twin with { Etag = change.NextEtag(), Version = entry.Twin.Version + 1, Tags = tags, Desired = desired ?? entry.Twin.Desired },
        };
        change.Put(updated);
        if (desired is not null)
        {
            change.NotifyDesired(entry.Id, patch!, desired.Version);
        }

        return updated;
    }

    private static void Check(JsonObject section, TwinSectionKind kind)
    {
        if (TwinRules.Check(section, kind) is { } fault)
        {
            throw Refuse(kind, fault);
        }
    }

    private static HubException Refuse(TwinSectionKind kind, TwinFault fault)
    {
        var section = kind == TwinSectionKind.Tags ? "tags" : kind == TwinSectionKind.Desired ? "properties.desired" : "properties.reported";
        return new HubException(HubErrors.ArgumentInvalid, $"{section}{(fault.Path.Length == 0 ? "" : ".")}{fault.Path}: {fault.Message}");
    }
}
