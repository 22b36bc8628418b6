using Microsoft.Extensions.DependencyInjection;
using MtlSplit.IoT.EdgeRuntime;
using MtlSplit.IoT.EdgeRuntime.Settings;
using MtlSplit.IoT.Hosting.Running;
using MtlSplit.IoT.Hosting.Settings;
using MtlSplit.IoT.Hosting.Telemetry;

return await FleetProcess.RunAsync(
    args,
    new FleetProcessInfo
    {
        Name = TelemetryNames.EdgeRuntime,
        Verb = "edge",
        Description = "Be one IoT Edge device until stopped: take its deployment from the hub, run its modules as processes or containers, and be the hub that they talk to.",
        Examples =
        [
            "mtlsplit edge --device vehicle-7 --connection-string vehicle-7.connection --data data/vehicle-7 --modules modules.json",
            "mtlsplit edge --connection-string vehicle-7.connection --hub-ca data/hub/ca.pem --hub-https-port 8443 --mqtt-port 0 --https-port 0 --modules modules.json",
        ],
        Flags = EdgeFlags.All,
    },
    static builder =>
    {
        builder.Services.AddSettings<EdgeOptions, EdgeOptionsValidator>(EdgeOptions.Section).BindConfiguration(EdgeOptions.Section, SettingsServices.Strictly);
        builder.Services.AddHostedService<EdgeService>();
    });
