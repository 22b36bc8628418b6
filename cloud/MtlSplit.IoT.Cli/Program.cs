using System.CommandLine;
using MtlSplit.IoT.Cli.Brokers;
using MtlSplit.IoT.Cli.Bundles;
using MtlSplit.IoT.Cli.Demo;
using MtlSplit.IoT.Cli.Devices;
using MtlSplit.IoT.Cli.Forwarding;
using MtlSplit.IoT.Cli.Images;
using MtlSplit.IoT.Cli.Keys;
using MtlSplit.IoT.Cli.Labels;
using MtlSplit.IoT.Cli.Manifests;
using MtlSplit.IoT.Cli.Quarantine;
using MtlSplit.IoT.Cli.Registry;
using MtlSplit.IoT.Cli.Samples;
using MtlSplit.IoT.Hosting.Commands;

if (args is [var verb, ..] && ForwardedCommand.Carries(verb))
{
    return await ForwardedCommand.RunAsync(args);
}

var root = CommandLine.Root("mtlsplit", "Splits a multi-task network between vehicles and the cloud: runs, trains, records and repairs the loop.");
Command[] commands =
[
    DemoCommand.Create(),
    BrokerCommand.Create(),
    ForwardedCommand.Describe("hub", "Run a local IoT Hub."),
    ForwardedCommand.Describe("edge", "Be one IoT Edge device."),
    ForwardedCommand.Describe("dataset", "Show, draw and export the data that networks learn from."),
    ForwardedCommand.Describe("train", "Train a shared network and one head a task together."),
    ForwardedCommand.Describe("evaluate", "Measure a trained network or a bundle."),
    ForwardedCommand.Describe("export", "Make a bundle of a finished training run."),
    BundleCommand.Create(),
    DeviceCommand.Create(),
    ManifestCommand.Create(),
    KeysCommand.Create(),
    ImageCommand.Create(),
    SamplesCommand.Create(),
    LabelsCommand.Create(),
    ForwardedCommand.Describe("retrain", "Retrain heads from stored features and labels."),
    ForwardedCommand.Describe("drift", "Look for drift, and measure how well it is found."),
    RegistryCommand.Create(),
    QuarantineCommand.Create(),
];
Array.ForEach(commands, root.Subcommands.Add);
return await CommandLine.RunAsync(
    root.WithExamples(
        "mtlsplit demo",
        "mtlsplit bundle show models/shapes3d-mobilenetv3-small/1",
        "mtlsplit retrain heads --task object_size --data data --models models"),
    args);
