using System.Text.Json.Nodes;

namespace MtlSplit.IoT.EdgeRuntime.EdgeHub.Twins;

/// <summary>A twin as the hub last gave it, and what waits to go there. Immutable; its objects are not to be changed.</summary>
internal sealed record CachedTwin(JsonObject Desired, long DesiredVersion, JsonObject Reported, long ReportedVersion, PendingPatches Pending)
{
    /// <summary>As its owner sees it.</summary>
    public JsonObject ToClientJson()
    {
        var desired = Desired.DeepClone().AsObject();
        desired["$version"] = DesiredVersion;
        var reported = Pending.ApplyTo(Reported);
        reported["$version"] = ReportedVersion + Pending.Count;
        return new JsonObject { ["desired"] = desired, ["reported"] = reported };
    }
}
