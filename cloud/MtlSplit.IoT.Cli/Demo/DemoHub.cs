using System.Globalization;
using System.Text.Json.Nodes;
using MtlSplit.IoT.Cli.Hubs;
using MtlSplit.IoT.HubProtocol.Identities;
using MtlSplit.IoT.HubProtocol.Messages;

namespace MtlSplit.IoT.Cli.Demo;

/// <summary>The hub of a demonstration as it said that it is: its addresses, and its service interface.</summary>
internal sealed class DemoHub : IDisposable
{
    private DemoHub(string connectionString, string authority, int httpsPort, int mqttPort, TimeProvider time)
    {
        (ConnectionString, Authority, HttpsPort, MqttPort) = (connectionString, authority, httpsPort, mqttPort);
        Service = new HubService(HubConnectionString.Parse(connectionString), authority, time);
    }

    /// <summary>That of the hub's owner, for commands: it holds a key.</summary>
    public string ConnectionString { get; }

    /// <summary>The file of the hub's authority.</summary>
    public string Authority { get; }

    public int HttpsPort { get; }

    public int MqttPort { get; }

    public HubService Service { get; }

    /// <summary>Reads what the hub wrote into its ready file.</summary>
    /// <exception cref="DemoException">It does not read.</exception>
    public static DemoHub Read(string readyFile, TimeProvider time)
    {
        try
        {
            var at = HubJson.ParseObject(File.ReadAllBytes(readyFile), readyFile);
            var https = Require(at, "httpsPort").GetValue<int>();
            // The service's interface is not at its usual port.
            var connection = HubConnectionString.Parse(File.ReadAllText(Require(at, "connectionStringFile").GetValue<string>()).Trim())
                with { HostName = string.Create(CultureInfo.InvariantCulture, $"{Require(at, "hostName").GetValue<string>()}:{https}") };
            return new DemoHub(connection.ToString(), Require(at, "authority").GetValue<string>(), https, Require(at, "mqttPort").GetValue<int>(), time);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or InvalidOperationException)
        {
            throw new DemoException($"{readyFile} does not say where the hub is: {e.Message}", e);
        }
    }

    public void Dispose() => Service.Dispose();

    private static JsonNode Require(JsonObject at, string name) => at[name] ?? throw new FormatException($"{name} is missing");
}
