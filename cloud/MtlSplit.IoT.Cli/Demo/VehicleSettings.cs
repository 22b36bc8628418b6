using System.Text.Json;
using System.Text.Json.Nodes;
using MtlSplit.IoT.Shapes3D;

namespace MtlSplit.IoT.Cli.Demo;

/// <summary>The settings file of one vehicle, which its process follows while it runs.</summary>
/// <param name="path">The file.</param>
/// <param name="seed">The seed of its scenes.</param>
internal sealed class VehicleSettings(string path, ulong seed)
{
    /// <summary>
    /// A light that training never saw: low, from the other side, warm, and half as strong, so that shading, shadows and colours all
    /// lie where no training image has them.
    /// </summary>
    public static Light Unseen { get; } = new(0.3, 0.55, 1.6, 1.0, 0.8, 0.55, 0.55, 0.12);

    public string Path => path;

    /// <summary>Writes the file in one step.</summary>
    public void Write(Light light)
    {
        var settings = new JsonObject
        {
            ["Frames"] = new JsonObject
            {
                ["Shapes3D"] = new JsonObject
                {
                    ["Seed"] = seed,
                    ["Light"] = new JsonObject
                    {
                        ["X"] = light.X,
                        ["Y"] = light.Y,
                        ["Z"] = light.Z,
                        ["Red"] = light.Red,
                        ["Green"] = light.Green,
                        ["Blue"] = light.Blue,
                        ["Intensity"] = light.Intensity,
                        ["Ambient"] = light.Ambient,
                    },
                },
            },
        };
        File.WriteAllText($"{path}.tmp", settings.ToJsonString(new JsonSerializerOptions { WriteIndented = true }));
        File.Move($"{path}.tmp", path, overwrite: true);
    }
}
