using System.Text;
using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Training.Evaluation;

namespace MtlSplit.IoT.Training.Export;

/// <summary>Writes the card that people read about a bundle: Markdown, generated from what was measured.</summary>
internal static class ModelCard
{
    public static string Write(ExportRequest request, BundleManifest manifest, BundleFile[] files, ParityReport parity, ConditionScores engine, ConditionScores whole)
    {
        var text = new StringBuilder();
        var descriptor = manifest.Descriptor;
        var quantiser = descriptor.FindEncoding(EncodingVariant.UInt8)!.Quantiser!;
        var frame = descriptor.Input.Length;
        text.Append($"""
            # {manifest.Name}, release {manifest.ReleaseCounter}

            {descriptor.Network}, cut after `{descriptor.Cut}`: a {descriptor.Input.Width}x{descriptor.Input.Height} RGB frame ({frame:N0} bytes) becomes a feature of
            {string.Join("x", descriptor.Feature.Shape)} values, {whole.BytesPerFeature:N0} bytes on the wire on average ({frame / whole.BytesPerFeature:N1} times less than the frame).
            Contract `{descriptor.Contract.ShortForm}`.

            ## How it was made

            ```
            {manifest.Lineage.Command}
            ```

            - Data: {manifest.Lineage.Data}
            - Seed {manifest.Lineage.Seed}, code {manifest.Lineage.Code}

            """);
        foreach (var note in request.TrainingNotes)
        {
            text.Append("- ").Append(note).Append('\n');
        }

        text.Append($"""

            ## What it scores

            On {whole.Tasks[0].Count:N0} test samples, through the whole path: ONNX backbone, 8-bit encoding, decoding, ONNX head. 95 % intervals: Wilson for
            accuracy, bootstrap for macro-F1. The last column is the training engine in 32-bit floating point on the same samples.

            | task | classes | accuracy | macro-F1 | engine accuracy |
            |---|---|---|---|---|

            """);
        for (var i = 0; i < whole.Tasks.Length; i++)
        {
            var task = whole.Tasks[i];
            text.Append($"| {task.Task} | {task.Classes.Count} | {Percent(task.Accuracy)} | {Percent(task.MacroF1)} | {engine.Tasks[i].Accuracy.Value:P2} |\n");
        }

        text.Append($"""

            ONNX Runtime against the training engine on {parity.Frames} frames: features differ by at most {parity.Feature:G2} of their range, probabilities by
            at most {parity.Probability:G2}, the most probable class in {parity.OtherClass} answers.

            8-bit features: codes 0 to 255 stand for {quantiser.Low:G6} to {quantiser.High:G6}; {whole.Saturated:P4} of the values lie outside and are moved to the edge.

            ## Files

            | file | bytes |
            |---|---|

            """);
        foreach (var file in files)
        {
            text.Append($"| {file.Path} | {file.Bytes:N0} |\n");
        }

        text.Append($"| together | {files.Sum(file => file.Bytes):N0} |\n");
        return text.ToString();
    }

    private static string Range(FieldRange range) => $"{range.Low:P0} to {range.High:P0}";

    private static string Percent(Interval interval) => $"{interval.Value:P2} ({interval.Low:P2} to {interval.High:P2})";
}
