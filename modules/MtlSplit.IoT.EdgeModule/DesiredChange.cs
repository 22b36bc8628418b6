using System.Text.Json.Nodes;

namespace MtlSplit.IoT.EdgeModule;

/// <summary>A change of the desired properties. The objects are the handler's own.</summary>
/// <param name="Patch">What changed, as a merge patch: null deletes. The first change holds everything.</param>
/// <param name="Desired">All desired properties after it, without <c>$version</c>.</param>
/// <param name="Version">Their version; higher than that of every change before.</param>
/// <param name="IsFirst">It is the first that the handler gets: the properties as they stand.</param>
public sealed record DesiredChange(JsonObject Patch, JsonObject Desired, long Version, bool IsFirst);
