using System.Text.Json.Nodes;

namespace MtlSplit.IoT.DevHub.Queries.Running;

/// <summary>Some rows of a result.</summary>
/// <param name="Rows">The rows.</param>
/// <param name="Continuation">Where the next page starts; null: this is the last.</param>
/// <param name="AreTwins">Whether the rows are whole twins.</param>
internal sealed record QueryPage(JsonArray Rows, string? Continuation, bool AreTwins);
