using System.Globalization;
using System.Text.Json;

namespace MtlSplit.IoT.Retraining.Heads;

/// <summary>
/// Keeps what a decision rests on: <c>{data}/retraining/{task}/{time}-{decision}.json</c>, and for a published head the
/// list of its frames, named by the snapshot's digest. The newest 200 reports of a task stay.
/// </summary>
internal static class RetrainingArchive
{
    private const int Kept = 200;

    /// <summary>Writes the report, and the snapshot's listing where there is one to keep.</summary>
    public static void Keep(string dataFolder, RetrainReport report, HeadSnapshot? snapshot)
    {
        var folder = Path.Combine(dataFolder, "retraining", report.Task);
        Directory.CreateDirectory(folder);
        var at = DateTimeOffset.UnixEpoch.AddMicroseconds(report.At).ToString("yyyyMMdd'T'HHmmss.fff'Z'", CultureInfo.InvariantCulture);
        File.WriteAllBytes(Path.Combine(folder, $"{at}-{report.Decision}.json"), JsonSerializer.SerializeToUtf8Bytes(report, RetrainReportJson.Default.RetrainReport));
        if (snapshot is not null)
        {
            File.WriteAllBytes(Path.Combine(folder, $"{snapshot.Digest}.tsv"), snapshot.Listing);
        }

        foreach (var old in Directory.EnumerateFiles(folder, "*.json").OrderDescending(StringComparer.Ordinal).Skip(Kept))
        {
            File.Delete(old);
        }
    }
}
