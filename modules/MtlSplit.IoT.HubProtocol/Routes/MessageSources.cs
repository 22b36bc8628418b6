using MtlSplit.IoT.HubProtocol.Identities;
using MtlSplit.IoT.HubProtocol.Messages;

namespace MtlSplit.IoT.HubProtocol.Routes;

/// <summary>Where messages come from, as the sources of routes name it.</summary>
public static class MessageSources
{
    /// <summary>Messages of devices that are connected to the edge device.</summary>
    public const string Devices = "/messages/";

    /// <summary>Changes of reported properties.</summary>
    public const string TwinChanges = "/twinChangeNotifications/";

    /// <summary>Messages of a module, from an output or (null or empty) none.</summary>
    public static string Module(string moduleId, string? output = null) =>
        string.IsNullOrEmpty(output) ? $"/messages/modules/{moduleId}/" : $"/messages/modules/{moduleId}/outputs/{output}/";

    /// <summary>The source of a message: its sender's, and its output if it names one.</summary>
    public static string Of(HubIdentity sender, HubMessage message) => sender.IsModule ? Module(sender.ModuleId, message.System.OutputName) : Devices;
}
