namespace MtlSplit.IoT.HubProtocol.Errors;

/// <summary>One of the hub's errors; the known ones are in <see cref="HubErrors"/>.</summary>
/// <param name="Name">The name that SDKs look for, such as <c>DeviceNotFound</c>.</param>
/// <param name="Number">Six digits, the first three mostly the HTTP status.</param>
/// <param name="HttpStatus">The status of an HTTP response.</param>
public sealed record HubErrorCode(string Name, int Number, int HttpStatus);
