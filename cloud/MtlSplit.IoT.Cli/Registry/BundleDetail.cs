namespace MtlSplit.IoT.Cli.Registry;

/// <summary>A bundle as <c>registry show --json</c> prints it.</summary>
/// <param name="Bundle">As it is listed.</param>
/// <param name="Card">The card that it brings, Markdown; null: none.</param>
internal sealed record BundleDetail(BundleRow Bundle, string? Card);
