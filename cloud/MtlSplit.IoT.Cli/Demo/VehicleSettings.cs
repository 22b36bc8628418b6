using System.Text.Json;
using System.Text.Json.Nodes;
using MtlSplit.IoT.Shapes3D;

namespace MtlSplit.IoT.Cli.Demo;

/// <summary>The settings file of one vehicle, which its process follows while it runs.</summary>
/// <param name="path">The file.</param>
/// <param name="seed">The seed of its scenes.</param>
internal sealed class VehicleSettings(string path, ulong seed)
{
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
