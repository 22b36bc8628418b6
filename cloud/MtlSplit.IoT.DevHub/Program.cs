using MtlSplit.IoT.DevHub.Running;
using MtlSplit.IoT.DevHub.Settings;
using MtlSplit.IoT.Hosting.Running;
using MtlSplit.IoT.Hosting.Settings;
using MtlSplit.IoT.Hosting.Telemetry;

return await FleetProcess.RunAsync(
    args,
    new FleetProcessInfo
    {
        Name = TelemetryNames.DevHub,
        Verb = "hub",
        Description = "Run a local IoT Hub until stopped: MQTT 3.1.1 over TLS and WebSocket for devices and modules, REST over HTTPS for services, kept in SQLite. At its first start it makes an authority and keys.",
        Examples =
        [
            "mtlsplit hub",
            "mtlsplit hub --data /var/lib/mtlsplit/hub --name hub.local --host 10.0.0.5 --address 0.0.0.0 --https-port 443",
            "mtlsplit hub --bundles dist",
            "mtlsplit hub --throttle s1:2",
        ],
        Flags = HubFlags.All,
    },
    static builder =>
    {
        builder.Services.AddSettings<HubOptions, HubOptionsValidator>(HubOptions.Section).BindConfiguration(HubOptions.Section, SettingsServices.Strictly);
        builder.Services.AddHostedService<DevHubService>();
    });
