using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using MtlSplit.IoT.Cli.LabelServing;
using MtlSplit.IoT.Cli.Processes;
using MtlSplit.IoT.Hosting.Bus;
using MtlSplit.IoT.Hosting.Commands;
using MtlSplit.IoT.Hosting.Running;
using MtlSplit.IoT.Hosting.Settings;
using MtlSplit.IoT.Hosting.Telemetry;

namespace MtlSplit.IoT.Cli.Samples;

/// <summary><c>mtlsplit samples record</c>: the recorder's process.</summary>
internal static class RecordCommand
{
    public static Command Create() => HostedCommand.Create(
        "record",
        new FleetProcessInfo
        {
            Name = TelemetryNames.SampleStore,
            Description = "Record a fleet's features, predictions and labels until stopped. Each message is acknowledged once it is synced to disk.",
            Examples =
            [
                "mtlsplit samples record --fleet demo --broker 127.0.0.1:1883 --data data",
                "mtlsplit samples record --fleet demo --broker 127.0.0.1:1883 --data data --uniform-rate 0.02 --need-rate 0.5",
                "mtlsplit samples record --fleet demo --broker 127.0.0.1:1883 --data data --labels-http 127.0.0.1:8088",
            ],
            Flags =
            [
                new("--fleet", "Recorder:Fleet", "The fleet."),
                SettingFlag.Broker,
                new("--data", "Recorder:Data", "The data folder; the store is samples/ in it.") { ValueName = "DIR" },
                new("--group", "Recorder:Group", "The group of the shared subscriptions; recorders of one group share the messages.") { ValueName = "NAME" },
                new("--max-bytes", "Recorder:MaxBytes", "Disk that the store may take; above it the oldest day goes first.") { ValueName = "BYTES" },
                new("--max-fleet-bytes", "Recorder:MaxFleetBytes", "Disk that one fleet's Parquet files may take; above it the fleet's oldest day goes first.") { ValueName = "BYTES" },
                RetentionAge.Flag,
                new("--uniform-rate", "Recorder:UniformRate", "Which share of all frames goes into the uniform stream, which nothing learns from; 0.05 unless given.") { ValueName = "0..0.5" },
                new("--need-rate", "Recorder:NeedRate", "Of the other frames keep so many a second of each vehicle, on average, those that heads are unsure of or rarely answer so first; all unless given.") { ValueName = "N" },
                new("--labels-http", "Labels:Http", "Take labels by POST on /labels there, as 'mtlsplit labels import' takes files. Beyond loopback Labels:Token, Labels:CertificateFile and Labels:KeyFile are needed.") { ValueName = "ADDRESS:PORT" },
                new("--models", "Labels:Models", "The folder of bundles, whose heads say which tasks and classes such labels may have; models unless given.") { ValueName = "DIR" },
            ],
        },
        static builder =>
        {
            builder.AddBusSettings();
            builder.Services.AddSettings<RecorderSettings, RecorderSettingsValidator>(RecorderSettings.Section).BindConfiguration(RecorderSettings.Section, SettingsServices.Strictly);
            builder.Services.AddSettings<LabelServerSettings, LabelServerSettingsValidator>(LabelServerSettings.Section).BindConfiguration(LabelServerSettings.Section, SettingsServices.Strictly);
            builder.Services.AddHostedService<RecorderService>();
            builder.Services.AddHostedService<LabelServer>();
        });
}
