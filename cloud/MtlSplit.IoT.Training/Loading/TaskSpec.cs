namespace MtlSplit.IoT.Training.Loading;

/// <summary>A classification task.</summary>
/// <param name="Name">Its name, such as <c>object_size</c>.</param>
/// <param name="Classes">Its classes, in the order of their numbers.</param>
public sealed record TaskSpec(string Name, IReadOnlyList<string> Classes);
