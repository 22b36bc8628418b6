using Xunit;

namespace MtlSplit.IoT.EdgeRuntime.Tests.Containers;

/// <summary>Tests that share an engine and an image, and run alone: making the image takes all of the machine.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ContainerTests : ICollectionFixture<BackboneImage>
{
    public const string Name = "containers";
}
