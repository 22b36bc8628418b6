using System.Text.Json.Nodes;

namespace MtlSplit.IoT.EdgeModule;

/// <summary>A module's twin as the hub gave it.</summary>
/// <param name="Desired">What the service wants, without <c>$version</c>.</param>
/// <param name="DesiredVersion">Its version, which rises with every change.</param>
/// <param name="Reported">What the module reported, without <c>$version</c>.</param>
/// <param name="ReportedVersion">Its version.</param>
public sealed record ModuleTwin(JsonObject Desired, long DesiredVersion, JsonObject Reported, long ReportedVersion);
