using MtlSplit.IoT.Backbone.Updating.Proving;

namespace MtlSplit.IoT.Backbone.Updating.Storing;

/// <summary>The active bundle is provisional.</summary>
/// <param name="Since">When it was activated, Unix microseconds.</param>
/// <param name="Starts">Starts of the process since it last was seen to run.</param>
/// <param name="Evidence">What is known of it so far.</param>
internal sealed record Probation(long Since, int Starts, FieldEvidence Evidence);
