namespace MtlSplit.IoT.EdgeRuntime.Serving;

/// <summary>One request, whole.</summary>
/// <param name="Method">Such as <c>GET</c>.</param>
/// <param name="Segments">The path, cut at slashes and then decoded; empty for the root.</param>
/// <param name="Query">The query's fields, decoded; the last of a name counts.</param>
/// <param name="Headers">The headers by name, in any case.</param>
/// <param name="Body">The body; empty if there is none.</param>
/// <param name="KeepAlive">Whether another request may follow.</param>
internal sealed record HttpRequest(
    string Method, IReadOnlyList<string> Segments, IReadOnlyDictionary<string, string> Query, IReadOnlyDictionary<string, string> Headers, ReadOnlyMemory<byte> Body, bool KeepAlive);
