namespace MtlSplit.IoT.Registry.Collecting;

/// <summary>A thing of the registry that is kept or taken.</summary>
/// <param name="Kind"><c>head</c>, <c>bundle</c>, <c>snapshot</c> or <c>content</c>.</param>
/// <param name="Name">Its version or digest.</param>
/// <param name="Why">Why it is kept, or why nothing needs it.</param>
/// <param name="Bytes">What taking it frees, contents that others need not counted; 0 for what is kept.</param>
public sealed record CollectionItem(string Kind, string Name, string Why, long Bytes);
