using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using MtlSplit.IoT.HubProtocol.Errors;

namespace MtlSplit.IoT.HubProtocol.Identities;

/// <summary>
/// Who talks to a hub: a device, or a module of a device. Ids are case-sensitive and checked when the identity is made
/// (<see cref="IsValidId(string)"/>), so an identity that exists may stand in topics, user names and tokens. Immutable.
/// </summary>
public sealed record HubIdentity
{
    /// <summary>The longest device or module id, in characters.</summary>
    public const int MaxIdLength = 128;

    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-:.+%_#*?!(),=@;$'");

    /// <summary>Makes the identity of a device (no module id) or of a module.</summary>
    /// <exception cref="HubFormatException">An id may not stand in the protocol.</exception>
    public HubIdentity(string DeviceId, string? ModuleId = null)
    {
        ArgumentNullException.ThrowIfNull(DeviceId);
        this.DeviceId = Require(nameof(DeviceId), DeviceId);
        this.ModuleId = ModuleId is null ? null : Require(nameof(ModuleId), ModuleId);
    }

    /// <summary>The device's id.</summary>
    public string DeviceId { get; }

    /// <summary>The module's id; null for the device itself.</summary>
    public string? ModuleId { get; }

    /// <summary>Whether this is a module and not the device itself.</summary>
    [MemberNotNullWhen(true, nameof(ModuleId))]
    public bool IsModule => ModuleId is not null;

    /// <summary>The MQTT client id: <c>{device}</c> or <c>{device}/{module}</c>.</summary>
    public string ClientId => ModuleId is null ? DeviceId : $"{DeviceId}/{ModuleId}";

    /// <summary>The device that this identity is or belongs to.</summary>
    public HubIdentity Device => ModuleId is null ? this : new HubIdentity(DeviceId);

    /// <summary>Whether a text may be a device's or module's id: 1 to 128 letters, digits and <c>- : . + % _ # * ? ! ( ) , = @ ; $ '</c>.</summary>
    public static bool IsValidId([NotNullWhen(true)] string? id) => id is not null && IsValidId(id.AsSpan());

    /// <summary>Whether a text may be a device's or module's id.</summary>
    public static bool IsValidId(ReadOnlySpan<char> id) => id.Length is > 0 and <= MaxIdLength && !id.ContainsAnyExcept(Allowed);

    /// <summary>Reads a client id, <c>{device}</c> or <c>{device}/{module}</c>.</summary>
    /// <exception cref="HubFormatException">It is neither.</exception>
    public static HubIdentity Parse(string clientId) =>
        TryParse(clientId, out var identity)
            ? identity
            : throw new HubFormatException("client id", $"'{clientId}' is neither a device's client id ({{device}}) nor a module's ({{device}}/{{module}}).");

    /// <summary>Reads a client id, <c>{device}</c> or <c>{device}/{module}</c>. Never throws.</summary>
    public static bool TryParse([NotNullWhen(true)] string? clientId, [NotNullWhen(true)] out HubIdentity? identity)
    {
        identity = null;
        if (clientId is null)
        {
            return false;
        }

        var slash = clientId.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? TryCreate(clientId, null, out identity) : TryCreate(clientId[..slash], clientId[(slash + 1)..], out identity);
    }

    /// <summary>Makes an identity if both ids are valid. Never throws.</summary>
    public static bool TryCreate(string? deviceId, string? moduleId, [NotNullWhen(true)] out HubIdentity? identity)
    {
        identity = IsValidId(deviceId) && (moduleId is null || IsValidId(moduleId)) ? new HubIdentity(deviceId, moduleId) : null;
        return identity is not null;
    }

    /// <summary>The client id.</summary>
    public override string ToString() => ClientId;

    private static string Require(string part, string id) =>
        IsValidId(id) ? id : throw new HubFormatException(part, $"{part} '{id}' is not valid: 1 to {MaxIdLength} letters, digits and - : . + % _ # * ? ! ( ) , = @ ; $ ' are allowed.");
}
