using Xunit;

namespace MtlSplit.IoT.Testing.Containers.Engines;

/// <summary>One container engine for many tests, started with the first of them.</summary>
public sealed class EngineFixture : IAsyncLifetime
{
    /// <summary>The engine; null: there is none.</summary>
    public ContainerEngine? Engine { get; private set; }

    /// <summary>Why there is none; null: there is one.</summary>
    public string? WhyNot { get; } = EngineSupport.WhyNot();

    /// <summary>The engine; skips the test where there is none.</summary>
    public ContainerEngine Require()
    {
        Assert.SkipWhen(Engine is null, WhyNot ?? "no container engine");
        return Engine;
    }

    public async ValueTask InitializeAsync() => Engine = WhyNot is null ? await ContainerEngine.StartAsync(TestContext.Current.CancellationToken) : null;

    public async ValueTask DisposeAsync()
    {
        if (Engine is not null)
        {
            await Engine.DisposeAsync();
        }
    }
}
