using MtlSplit.IoT.Hosting.Commands;

namespace MtlSplit.IoT.Backbone;

/// <summary>The flags of this process beside those that every process has.</summary>
internal static class BackboneFlags
{
    public static readonly IReadOnlyList<SettingFlag> All =
    [
        new("--fleet", "Backbone:Fleet", "The fleet that the vehicle belongs to."),
        new("--vehicle", "Backbone:Vehicle", "The vehicle's name."),
        new("--bundle", "Backbone:Bundle", "The folder of the bundle to run; for an IoT Edge module that of the one it came with.") { ValueName = "DIR" },
        new("--store", "Backbone:Store", "The folder where an IoT Edge module keeps the bundles that it is told to run.") { ValueName = "DIR" },
        new("--keys", "Backbone:Keys", "The folder of the public keys (*.pem) whose bundles an IoT Edge module accepts.") { ValueName = "DIR" },
        new("--encoding", "Backbone:Encoding", "How features go over the wire: f32, f16 or u8, as far as the contract lists it.") { ValueName = "NAME" },
        new("--workers", "Backbone:Workers", "How many frames are worked on at the same time, one thread each.") { ValueName = "N" },
        new("--outbox", "Backbone:OutboxFolder", "The folder that keeps features on disk until they are delivered; without it they are kept in memory.") { ValueName = "DIR" },
        new("--frames", "Backbone:Frames", "Stop after so many frames, when all their features are delivered.") { ValueName = "N" },
        new("--source", "Frames:Source", "Where frames come from: shapes3d, folder or stdin."),
        new("--rate", "Frames:Rate", "Frames per second of shapes3d and folder; 0 for as fast as they come.") { ValueName = "FPS" },
        new("--folder", "Frames:Folder:Path", "The folder of PNG and JPEG files.") { ValueName = "DIR" },
    ];
}
