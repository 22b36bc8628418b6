using MtlSplit.IoT.Testing.Containers.Engines;
using MtlSplit.IoT.Testing.Containers.Images;
using Xunit;

namespace MtlSplit.IoT.Conformance.Tests.Containers;

/// <summary>A container engine with Mosquitto's image, for all tests of a class.</summary>
public sealed class LoadedMosquitto : IAsyncLifetime
{
    private readonly EngineFixture _engine = new();

    /// <summary>The engine; skips the test where there is none.</summary>
    public ContainerEngine Require() => _engine.Require();

    public async ValueTask InitializeAsync()
    {
        await _engine.InitializeAsync();
        if (_engine.WhyNot is not null)
        {
            return;
        }

        var ct = TestContext.Current.CancellationToken;
        var folder = Directory.CreateTempSubdirectory("mtlsplit-image-");
        try
        {
            var archive = Path.Combine(folder.FullName, "mosquitto.tar");
            await MosquittoImage.BuildAsync(archive, ct);
            await Require().LoadAsync(archive, MosquittoImage.Reference, ct);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    public ValueTask DisposeAsync() => _engine.DisposeAsync();
}
