using MtlSplit.IoT.Contracts.Heads;

namespace MtlSplit.IoT.Cli.Registry;

/// <summary>A head as <c>registry show --json</c> prints it.</summary>
/// <param name="Head">As it is listed.</param>
/// <param name="Document">Its document.</param>
/// <param name="Run">The run that it came out of; null: none.</param>
/// <param name="Card">Its card, Markdown.</param>
internal sealed record HeadDetail(HeadRow Head, HeadManifest Document, RunRow? Run, string Card);
