namespace MtlSplit.IoT.Backbone.Tests.Publishing;

public sealed class DiskFeaturePublisherTests() : FeaturePublisherTests(onDisk: true);
