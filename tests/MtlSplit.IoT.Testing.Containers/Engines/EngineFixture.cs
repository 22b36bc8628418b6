using Xunit;

namespace MtlSplit.IoT.Testing.Containers.Engines;

/// <summary>One container engine for many tests, started with the first of them.</summary>
public sealed class EngineFixture : IAsyncLifetime
{
    private ContainerEngine? _engine;

    /// <summary>Why there is none; null: there is one.</summary>
    public string? WhyNot { get; } = EngineSupport.WhyNot();

    /// <summary>The engine; skips the test where there is none.</summary>
    public ContainerEngine Require()
    {
        Assert.SkipWhen(_engine is null, WhyNot ?? "no container engine");
        return _engine;
    }

    public async ValueTask InitializeAsync() => _engine = WhyNot is null ? await ContainerEngine.StartAsync(TestContext.Current.CancellationToken) : null;

    public async ValueTask DisposeAsync()
    {
        if (_engine is not null)
        {
            await _engine.DisposeAsync();
        }
    }
}
