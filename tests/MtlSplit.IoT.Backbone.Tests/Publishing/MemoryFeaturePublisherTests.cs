namespace MtlSplit.IoT.Backbone.Tests.Publishing;

public sealed class MemoryFeaturePublisherTests() : FeaturePublisherTests(onDisk: false);
