namespace MtlSplit.IoT.Backbone.Publishing;

/// <summary>Features that will not be delivered.</summary>
/// <param name="Reason">Why, as counted.</param>
/// <param name="Count">How many.</param>
/// <param name="Feature">Which, where that is known: then it is one.</param>
internal readonly record struct Loss(string Reason, long Count, OutboxFeature? Feature);
