using MtlSplit.IoT.Backbone;
using MtlSplit.IoT.Hosting.Bus;
using MtlSplit.IoT.Hosting.Commands;
using MtlSplit.IoT.Hosting.Running;
using MtlSplit.IoT.Hosting.Telemetry;

return await FleetProcess.RunAsync(
    args,
    new FleetProcessInfo
    {
        Name = TelemetryNames.Backbone,
        Description = "Turns a vehicle's frames into features and publishes them.",
        Examples =
        [
            "MtlSplit.IoT.Backbone --fleet demo --vehicle car-1 --bundle models/shapes3d-mobilenetv3-small/1 --broker 127.0.0.1:1883 --source shapes3d --rate 20",
            "MtlSplit.IoT.Backbone --fleet demo --vehicle car-1 --bundle models/shapes3d-mobilenetv3-small/1 --broker 127.0.0.1:1883 --source folder --folder photos",
        ],
        Flags = [.. BackboneFlags.All, SettingFlag.Broker],
    },
    static builder =>
    {
        builder.AddBusSettings();
        builder.AddBackbone();
    });
