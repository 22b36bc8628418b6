namespace MtlSplit.IoT.Backbone.Tests.Publishing;

public sealed class MemoryOutboxTests() : OutboxTests(onDisk: false);
