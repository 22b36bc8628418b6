using Microsoft.Extensions.DependencyInjection;
using MtlSplit.IoT.HeadConsumer.Running;
using MtlSplit.IoT.Hosting.Bus;
using MtlSplit.IoT.Hosting.Running;
using MtlSplit.IoT.Hosting.Settings;
using MtlSplit.IoT.Hosting.Telemetry;

return await FleetProcess.RunAsync(
    args,
    new FleetProcessInfo
    {
        Name = TelemetryNames.HeadConsumer,
        Description = "Features become predictions of one task. Consumers of a task share the fleet's features; start as many as you like.",
        Examples = ["MtlSplit.IoT.HeadConsumer --fleet north --task object_size --consumer size-1 --broker 127.0.0.1:1883 --models models --data /var/lib/mtlsplit"],
        Flags = HeadConsumerFlags.All,
    },
    static builder =>
    {
        builder.AddBusSettings();
        builder.Services.AddSettings<HeadConsumerOptions, HeadConsumerOptionsValidator>(HeadConsumerOptions.Section).BindConfiguration(HeadConsumerOptions.Section, SettingsServices.Strictly);
        builder.Services.AddHostedService<HeadConsumerService>();
    });
