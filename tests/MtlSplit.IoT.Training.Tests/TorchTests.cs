using MtlSplit.IoT.Training.Native;
using Xunit;

namespace MtlSplit.IoT.Training.Tests;

/// <summary>Tests that compute with the engine run one after another: its random state and thread count belong to the process.</summary>
[CollectionDefinition(Name)]
public sealed class TorchTests : ICollectionFixture<TorchTests.Engine>
{
    public const string Name = "torch";

    public sealed class Engine
    {
        public Engine() => TorchRuntime.EnsureLoaded();
    }
}
