using MtlSplit.IoT.EdgeRuntime.Identities;
using MtlSplit.IoT.Hosting.Running;
using MtlSplit.IoT.HubProtocol.Errors;
using MtlSplit.IoT.HubProtocol.Identities;

namespace MtlSplit.IoT.EdgeRuntime.Settings;

/// <summary>Reads from the settings which hub the device belongs to.</summary>
internal static class HubAddressReader
{
    /// <exception cref="StartException">A setting cannot be used; names it.</exception>
    public static HubAddress Read(EdgeOptions options)
    {
        var parsed = Parse(options.ConnectionString.Trim());
        if (parsed.Identity is not { IsModule: false } device || parsed.SharedAccessKey is not { } key)
        {
            throw new StartException("Edge:ConnectionString (--connection-string) must have DeviceId and SharedAccessKey, and no ModuleId.");
        }

        if (options.Device.Length > 0 && options.Device != device.DeviceId)
        {
            throw new StartException($"Edge:Device (--device) is '{options.Device}', but the connection string is that of '{device.DeviceId}'.");
        }

        try
        {
            return new HubAddress(
                parsed.HostName,
                options.HubAddress.Length > 0 ? options.HubAddress : parsed.GatewayHostName ?? parsed.HostName,
                options.HubMqttPort,
                options.HubHttpsPort,
                device,
                Convert.FromBase64String(key),
                options.HubAuthority.Length > 0 ? File.ReadAllText(options.HubAuthority) : null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"Edge:HubAuthority (--hub-ca): {e.Message}", e);
        }
        catch (FormatException e)
        {
            throw new StartException("Edge:ConnectionString (--connection-string): SharedAccessKey is not base64.", e);
        }
    }

    private static HubConnectionString Parse(string text)
    {
        try
        {
            // A connection string holds an equals sign before anything else; a path seldom does, and a file that is there says so.
            return HubConnectionString.Parse(File.Exists(text) ? File.ReadAllText(text).Trim() : text);
        }
        catch (Exception e) when (e is HubFormatException or IOException or UnauthorizedAccessException)
        {
            throw new StartException($"Edge:ConnectionString (--connection-string): {e.Message}", e);
        }
    }
}
