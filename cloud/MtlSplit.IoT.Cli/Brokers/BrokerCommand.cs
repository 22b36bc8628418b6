using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using MtlSplit.IoT.Cli.Processes;
using MtlSplit.IoT.Hosting.Commands;
using MtlSplit.IoT.Hosting.Running;
using MtlSplit.IoT.Hosting.Settings;
using MtlSplit.IoT.Hosting.Telemetry;

namespace MtlSplit.IoT.Cli.Brokers;

/// <summary><c>mtlsplit broker</c>: the embedded broker's process.</summary>
internal static class BrokerCommand
{
    private const string EngineKey = "Broker:Engine";

    public static Command Create() => HostedCommand.Create(
        "broker",
        new FleetProcessInfo
        {
            Name = TelemetryNames.Broker,
            Description = "Run an MQTT broker until stopped; the embedded one unless --engine says otherwise. Its queues are in memory. Without TLS and users it listens on loopback only; users are set in the section Broker:Users of --settings.",
            Examples =
            [
                "mtlsplit broker --listen 127.0.0.1:1883",
                "mtlsplit broker --listen 0.0.0.0:8883 --certificate broker.pem --key broker.key --client-authority vehicles-ca.pem --settings users.json",
            ],
            Flags =
            [
                new("--engine", EngineKey, "embedded, or mosquitto where that is installed. embedded by default.") { ValueName = "NAME", Expand = Engine },
                new("--listen", "Broker:Address", "The address and port to listen on; port 0 takes a free one. 127.0.0.1:1883 by default.") { ValueName = "ADDRESS:PORT", Expand = Listen },
                new("--address-file", "Broker:AddressFile", "Write ADDRESS:PORT into this file when listening.") { ValueName = "FILE" },
                new("--certificate", "Broker:CertificateFile", "The broker's certificate with its chain, PEM: TLS.") { ValueName = "FILE" },
                new("--key", "Broker:KeyFile", "The private key of --certificate, PEM.") { ValueName = "FILE" },
                new("--client-authority", "Broker:ClientAuthorityFile", "The authority of vehicles' certificates, PEM; a certificate's common name is the vehicle.") { ValueName = "FILE" },
            ],
        },
        static builder =>
        {
            builder.Services.AddSettings<BrokerSettings, BrokerSettingsValidator>(BrokerSettings.Section)
                // A user that does not read must stop the broker: left out silently, it could leave a broker that lets everybody in.
                .BindConfiguration(BrokerSettings.Section, SettingsServices.Strictly);
            if (string.Equals(builder.Configuration[EngineKey], nameof(BrokerEngine.Mosquitto), StringComparison.OrdinalIgnoreCase))
            {
                builder.Services.AddHostedService<MosquittoService>();
            }
            else
            {
                builder.Services.AddHostedService<BrokerService>();
            }
        });

    private static KeyValuePair<string, string?>[] Engine(string text) => Enum.TryParse<BrokerEngine>(text, ignoreCase: true, out var engine) && Enum.IsDefined(engine)
        ? [new(EngineKey, engine.ToString())]
        : throw new FormatException($"'{text}' is neither embedded nor mosquitto");

    private static KeyValuePair<string, string?>[] Listen(string text)
    {
        if (text.EndsWith(":0", StringComparison.Ordinal) && BrokerAddress.TryParse($"{text[..^1]}1", out var any))
        {
            return [new("Broker:Address", any.Host), new("Broker:Port", "0")];
        }

        return BrokerAddress.TryParse(text, out var address)
            ? [new("Broker:Address", address.Host), new("Broker:Port", address.Port.ToString(CultureInfo.InvariantCulture))]
            : throw new FormatException($"'{text}' is not ADDRESS:PORT, such as 127.0.0.1:1883");
    }
}
