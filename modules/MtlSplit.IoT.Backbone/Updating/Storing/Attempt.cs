namespace MtlSplit.IoT.Backbone.Updating.Storing;

/// <summary>A bundle whose models are about to run here for the first time. If the process does not survive that, this is what is left of it.</summary>
/// <param name="Digest">The bundle.</param>
/// <param name="Count">How often it was begun and not ended.</param>
internal sealed record Attempt(string Digest, int Count);
