namespace MtlSplit.IoT.Registry.Storing;

/// <summary>Reads a document from its bytes; throws <see cref="System.Text.Json.JsonException"/> where they are none.</summary>
internal delegate T DocumentReader<T>(ReadOnlySpan<byte> json);
