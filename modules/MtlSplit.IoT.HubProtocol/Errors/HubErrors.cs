using System.Globalization;
using System.Text.Json.Nodes;

namespace MtlSplit.IoT.HubProtocol.Errors;

/// <summary>The hub's errors and the bodies in which they reach clients.</summary>
public static class HubErrors
{
    /// <summary>An argument of the request is not valid.</summary>
    public static readonly HubErrorCode ArgumentInvalid = new("ArgumentInvalid", 400004, 400);

    /// <summary>The request's body is not what it should be.</summary>
    public static readonly HubErrorCode IotHubFormatError = new("IotHubFormatError", 400006, 400);

    /// <summary>The credentials are missing, wrong or do not cover the request.</summary>
    public static readonly HubErrorCode IotHubUnauthorizedAccess = new("IotHubUnauthorizedAccess", 401002, 401);

    /// <summary>The hub takes no more of this.</summary>
    public static readonly HubErrorCode IotHubQuotaExceeded = new("IotHubQuotaExceeded", 403002, 403);

    /// <summary>There is no such device.</summary>
    public static readonly HubErrorCode DeviceNotFound = new("DeviceNotFound", 404001, 404);

    /// <summary>There is no such module.</summary>
    public static readonly HubErrorCode ModuleNotFound = new("ModuleNotFound", 404010, 404);

    /// <summary>The device or module is not connected, or has no ear for methods.</summary>
    public static readonly HubErrorCode DeviceNotOnline = new("DeviceNotOnline", 404103, 404);

    /// <summary>There is such a device already.</summary>
    public static readonly HubErrorCode DeviceAlreadyExists = new("DeviceAlreadyExists", 409001, 409);

    /// <summary>The device has such a module already.</summary>
    public static readonly HubErrorCode ModuleAlreadyExistsOnDevice = new("ModuleAlreadyExistsOnDevice", 409301, 409);

    /// <summary>What is changed is not what the client last saw: the etag differs.</summary>
    public static readonly HubErrorCode PreconditionFailed = new("PreconditionFailed", 412001, 412);

    /// <summary>The message or payload is too large.</summary>
    public static readonly HubErrorCode MessageTooLarge = new("MessageTooLarge", 413001, 413);

    /// <summary>The device has as many modules as it may.</summary>
    public static readonly HubErrorCode TooManyModulesOnDevice = new("TooManyModulesOnDevice", 413003, 413);

    /// <summary>Too many requests in too little time.</summary>
    public static readonly HubErrorCode ThrottlingException = new("ThrottlingException", 429001, 429);

    /// <summary>The hub failed.</summary>
    public static readonly HubErrorCode ServerError = new("ServerError", 500001, 500);

    /// <summary>The hub cannot serve now.</summary>
    public static readonly HubErrorCode ServiceUnavailable = new("ServiceUnavailable", 503001, 503);

    /// <summary>The device or module did not answer in time.</summary>
    public static readonly HubErrorCode GatewayTimeout = new("GatewayTimeout", 504101, 504);

    /// <summary>All of them, by number.</summary>
    public static IReadOnlyList<HubErrorCode> All { get; } =
    [
        ArgumentInvalid, IotHubFormatError, IotHubUnauthorizedAccess, IotHubQuotaExceeded, DeviceNotFound, ModuleNotFound, DeviceNotOnline, DeviceAlreadyExists,
        ModuleAlreadyExistsOnDevice, PreconditionFailed, MessageTooLarge, TooManyModulesOnDevice, ThrottlingException, ServerError, ServiceUnavailable, GatewayTimeout,
    ];

    /// <summary>
    /// The body of a failed HTTP response: <c>{"Message":"ErrorCode:{name};{text}","ExceptionMessage":"Tracking ID:{id}"}</c>. SDKs cut the
    /// message at semicolons, so those of the text become commas.
    /// </summary>
    public static JsonObject ToBody(this HubErrorCode code, string message, string trackingId) => new()
    {
        ["Message"] = $"ErrorCode:{code.Name};{message.Replace(';', ',')}",
        ["ExceptionMessage"] = $"Tracking ID:{trackingId}",
    };

    /// <summary>
    /// The body of a failed twin response over MQTT: <c>{"errorCode":…,"message":…,"trackingId":…,"timestampUtc":…}</c>. The Node SDK knows a
    /// failure by this body alone.
    /// </summary>
    public static JsonObject ToTwinBody(this HubErrorCode code, string message, string trackingId, DateTimeOffset now) => new()
    {
        ["errorCode"] = code.Number,
        ["message"] = message,
        ["trackingId"] = trackingId,
        ["timestampUtc"] = now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture),
    };
}
