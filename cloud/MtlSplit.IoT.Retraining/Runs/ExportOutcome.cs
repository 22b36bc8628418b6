using MtlSplit.IoT.Training.Evaluation;
using MtlSplit.IoT.Training.Export;

namespace MtlSplit.IoT.Retraining.Runs;

/// <summary>A bundle that was made, as <c>--json</c> prints it.</summary>
/// <param name="Folder">Its folder, a full path.</param>
/// <param name="Name">The model's name.</param>
/// <param name="Release">The release counter.</param>
/// <param name="Bundle">The bundle's digest.</param>
/// <param name="Contract">The contract.</param>
/// <param name="Bytes">The size of its files together.</param>
/// <param name="Parity">How far its ONNX files are from the training engine.</param>
/// <param name="WholePath">The scores of ONNX Runtime with 8-bit features.</param>
/// <param name="Engine">The scores of the training engine in 32 bits.</param>
internal sealed record ExportOutcome(
    string Folder,
    string Name,
    long Release,
    string Bundle,
    string Contract,
    long Bytes,
    ParityReport Parity,
    ConditionScores WholePath,
    ConditionScores Engine)
{
    /// <summary>What an export gave.</summary>
    public static ExportOutcome Of(ExportResult result)
    {
        var bundle = result.Bundle;
        return new ExportOutcome(
            bundle.Folder,
            bundle.Manifest.Name,
            bundle.Manifest.ReleaseCounter,
            bundle.Digest,
            bundle.Contract.ToString(),
            bundle.Manifest.Files.Sum(file => file.Bytes),
            result.Parity,
            result.WholePath,
            result.Engine);
    }
}
