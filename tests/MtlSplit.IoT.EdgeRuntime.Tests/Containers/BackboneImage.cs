using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Docker.DotNet.Models;
using MtlSplit.IoT.Testing.Containers.Engines;
using MtlSplit.IoT.Testing.Processes;
using Xunit;

namespace MtlSplit.IoT.EdgeRuntime.Tests.Containers;

/// <summary>The Backbone's image as <c>mtlsplit image build</c> makes it, in a container engine. It takes most of a minute, so it is made once.</summary>
public sealed class BackboneImage : IAsyncLifetime
{
    private readonly EngineFixture _engine = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("er-image-");

    /// <summary>The label of the containers that the runtime makes for its device.</summary>
    public const string Label = $"mtlsplit.edge.device={Devices.RunningDevice.Device}";

    /// <summary>What the command said of the image.</summary>
    public JsonNode Built { get; private set; } = new JsonObject();

    /// <summary>The volume for what the module keeps.</summary>
    public string Volume { get; } = $"mtlsplit-test-{Guid.NewGuid():n}";

    /// <summary>What the engine says of it.</summary>
    public ImageInspectResponse Loaded { get; private set; } = new();

    /// <summary>How deployments call it.</summary>
    public string Reference => Built["reference"]!.GetValue<string>();

    /// <summary>The engine that has it; skips the test where there is none.</summary>
    public ContainerEngine Require() => _engine.Require();

    public async ValueTask InitializeAsync()
    {
        await _engine.InitializeAsync();
        if (_engine.WhyNot is not null)
        {
            return;
        }

        var archive = Path.Combine(_folder.FullName, "backbone.tar");
        var configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        await using var program = ProgramUnderTest.Start(
            Path.Combine("..", "..", "MtlSplit.IoT.Cli", configuration, "mtlsplit"),
            "image", "build", "--out", archive, "--platform", MtlSplit.IoT.Images.Platform.All.Single(platform => platform.IsThisMachine).Rid, "--name", "mtlsplit-test/backbone", "--keys", MakeKey(), "--json");
        var exit = await program.ExitAsync(TimeSpan.FromMinutes(8));
        Built = exit == 0 ? JsonNode.Parse(program.Output)!["images"]![0]! : throw new InvalidOperationException($"mtlsplit image build ended with {exit}: {program.Log}");
        Loaded = await Require().LoadAsync(archive, Reference, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_engine.Engine is { } engine)
        {
            // What a test that failed left, in an engine that may be somebody's.
            foreach (var container in await engine.FindAsync(Label))
            {
                await engine.Client.Containers.RemoveContainerAsync(container.ID, new ContainerRemoveParameters { Force = true });
            }

            await engine.Client.Volumes.RemoveAsync(Volume, force: true);
        }

        await _engine.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    // Whose it is matters to nobody: no bundle is installed.
    private string MakeKey()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var keys = _folder.CreateSubdirectory("keys").FullName;
        File.WriteAllText(Path.Combine(keys, "release.pub.pem"), key.ExportSubjectPublicKeyInfoPem());
        return keys;
    }
}
