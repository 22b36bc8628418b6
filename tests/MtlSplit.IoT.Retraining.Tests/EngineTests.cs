using Xunit;

namespace MtlSplit.IoT.Retraining.Tests;

/// <summary>Tests that train run one after another: the engine's random state and thread count belong to the process.</summary>
[CollectionDefinition(Name)]
public sealed class EngineTests
{
    public const string Name = "engine";
}
