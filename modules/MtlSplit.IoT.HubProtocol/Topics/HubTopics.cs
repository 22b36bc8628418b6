using System.Globalization;
using MtlSplit.IoT.HubProtocol.Identities;
using MtlSplit.IoT.HubProtocol.Messages;

namespace MtlSplit.IoT.HubProtocol.Topics;

/// <summary>
/// Every topic and filter of the hub's MQTT dialect; <see cref="HubTopic"/> takes them apart. A request id is written as it is: it must
/// not be empty nor hold <c>&amp; + #</c> or NUL (<see cref="ArgumentException"/>).
/// </summary>
public static class HubTopics
{
    /// <summary>The filter for answers to twin requests.</summary>
    public const string TwinResponses = "$iothub/twin/res/#";

    /// <summary>The filter for changes of the desired properties.</summary>
    public const string DesiredPatches = "$iothub/twin/PATCH/properties/desired/#";

    /// <summary>The filter for calls of methods.</summary>
    public const string MethodRequests = "$iothub/methods/POST/#";

    internal const string GetPrefix = "$iothub/twin/GET/";
    internal const string ReportedPrefix = "$iothub/twin/PATCH/properties/reported/";
    internal const string DesiredPrefix = "$iothub/twin/PATCH/properties/desired/";
    internal const string ResponsePrefix = "$iothub/twin/res/";
    internal const string CallPrefix = "$iothub/methods/POST/";
    internal const string ResultPrefix = "$iothub/methods/res/";

    /// <summary>The filter for a module's inputs.</summary>
    /// <exception cref="ArgumentException">The identity is a device.</exception>
    public static string Inputs(HubIdentity module) => $"{Module(module)}/inputs/#";

    /// <summary>The wider filter by which the .NET SDK asks for its inputs.</summary>
    /// <exception cref="ArgumentException">The identity is a device.</exception>
    public static string ModuleMessages(HubIdentity module) => $"{Module(module)}/#";

    /// <summary>Client to hub: a message, its properties in the topic.</summary>
    public static string Telemetry(HubIdentity sender, PropertyBag properties) => $"{Root(sender)}/messages/events/{properties}";

    /// <summary>
    /// Hub to module: a message for an input. There must be properties, at least the sender's: SDKs misread the topic without.
    /// </summary>
    /// <exception cref="ArgumentException">The identity is a device, the input's name cannot stand in a topic, or the bag is empty.</exception>
    public static string Input(HubIdentity module, string input, PropertyBag properties)
    {
        if (properties.Count == 0)
        {
            throw new ArgumentException("A message for an input needs properties, at least who sent it.", nameof(properties));
        }

        return $"{Module(module)}/inputs/{Level(input, nameof(input))}/{properties}";
    }

    /// <summary>Client to hub: asks for the twin.</summary>
    public static string TwinGet(string rid) => $"{GetPrefix}?$rid={RequestId(rid)}";

    /// <summary>Client to hub: changes the reported properties.</summary>
    public static string TwinPatchReported(string rid) => $"{ReportedPrefix}?$rid={RequestId(rid)}";

    /// <summary>Hub to client: the answer to a twin request.</summary>
    /// <param name="status">200 for a twin, 204 for a change, 400 and above for a failure.</param>
    /// <param name="rid">The request's id, verbatim.</param>
    /// <param name="version">The new version of the reported properties; null to leave it out.</param>
    public static string TwinResponse(int status, string rid, long? version = null)
    {
        var topic = string.Create(CultureInfo.InvariantCulture, $"{ResponsePrefix}{status}/?$rid={RequestId(rid)}");
        return version is null ? topic : string.Create(CultureInfo.InvariantCulture, $"{topic}&$version={version}");
    }

    /// <summary>Hub to client: the desired properties have a new version.</summary>
    public static string DesiredPatch(long version) => string.Create(CultureInfo.InvariantCulture, $"{DesiredPrefix}?$version={version}");

    /// <summary>Hub to client: a method is called.</summary>
    /// <exception cref="ArgumentException">The name or the id cannot stand in a topic.</exception>
    public static string MethodRequest(string name, string rid) => $"{CallPrefix}{Level(name, nameof(name))}/?$rid={RequestId(rid)}";

    /// <summary>Client to hub: a method's result.</summary>
    public static string MethodResponse(int status, string rid) =>
        string.Create(CultureInfo.InvariantCulture, $"{ResultPrefix}{status}/?$rid={RequestId(rid)}");

    /// <summary>Whether a text may be one level of a topic: not empty and without <c>/ + #</c> and NUL. Names of inputs and methods must be.</summary>
    public static bool IsLevel(string? text) => !string.IsNullOrEmpty(text) && text.AsSpan().IndexOfAny("/+#\0") < 0;

    internal static string Root(HubIdentity identity) =>
        identity.IsModule ? $"devices/{identity.DeviceId}/modules/{identity.ModuleId}" : $"devices/{identity.DeviceId}";

    private static string Module(HubIdentity identity) =>
        identity.IsModule ? Root(identity) : throw new ArgumentException($"'{identity}' is a device; only modules have inputs.", nameof(identity));

    private static string Level(string text, string what) =>
        IsLevel(text) ? text : throw new ArgumentException($"'{text}' cannot stand in a topic: it is empty or holds / + # or NUL.", what);

    private static string RequestId(string rid) =>
        !string.IsNullOrEmpty(rid) && rid.AsSpan().IndexOfAny("&+#\0") < 0
            ? rid
            : throw new ArgumentException($"'{rid}' cannot be a request id: it is empty or holds & + # or NUL.", nameof(rid));
}
