using System.Text.Json.Nodes;
using MtlSplit.IoT.Cli.Demo;
using MtlSplit.IoT.Shapes3D;
using Xunit;

namespace MtlSplit.IoT.Cli.Tests.Demo;

public sealed class VehicleSettingsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mtlsplit-cli-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Write_ALightAndThenAnother_LeavesOneWholeFileWithEveryNumberOfTheLast()
    {
        var settings = new VehicleSettings(Path.Combine(_folder.FullName, "vehicle.json"), ulong.MaxValue);
        settings.Write(Light.Standard);
        settings.Write(Light.Unseen);

        Assert.Equal([settings.Path], Directory.GetFiles(_folder.FullName));
        var shapes = JsonNode.Parse(File.ReadAllText(settings.Path))!["Frames"]!["Shapes3D"]!;
        Assert.Equal(ulong.MaxValue, shapes["Seed"]!.GetValue<ulong>());
        var light = shapes["Light"]!.AsObject();
        double Number(string name) => light[name]!.GetValue<double>();
        Assert.Equal(
            Light.Unseen,
            new Light(Number("X"), Number("Y"), Number("Z"), Number("Red"), Number("Green"), Number("Blue"), Number("Intensity"), Number("Ambient")));
        Assert.Equal(8, light.Count);
        Assert.NotEqual(Light.Standard, Light.Unseen);
    }
}
