using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Contracts.Labels;
using MtlSplit.IoT.Contracts.Topics;
using MtlSplit.IoT.SampleStore.LabelFiles;

namespace MtlSplit.IoT.SampleStore.Labelling;

/// <summary>Decides from a row alone, and the tasks that there are, whether it is a label. What the store knows of its frame is asked later.</summary>
/// <param name="source">Who says so.</param>
/// <param name="task">The task of every row; null where rows say it.</param>
/// <param name="classes">The tasks and their classes.</param>
/// <param name="writtenAt">When rows without a time of their own were made at the latest, Unix microseconds.</param>
/// <param name="now">Unix microseconds.</param>
internal sealed class LabelReading(string source, string? task, KnownClasses classes, long writtenAt, long now)
{
    private const int MaxClassLength = 256;

    /// <summary>Reads a row that has a class.</summary>
    public LabelFault Read(in LabelFileRow row, out LabelCandidate candidate, out string detail)
    {
        candidate = default;
        detail = row.Detail;
        if (row.Fault != LabelFault.None)
        {
            return row.Fault;
        }

        var fields = row.Fields;
        var ofTask = string.IsNullOrEmpty(fields.Task) ? task : fields.Task;
        (string Column, string? Value)[] needed = [(LabelColumns.Frame, fields.Frame), (LabelColumns.Vehicle, fields.Vehicle), (LabelColumns.Task, ofTask)];
        if (Array.Find(needed, f => string.IsNullOrEmpty(f.Value)).Column is { } missing)
        {
            detail = $"there is no {missing}";
            return LabelFault.MissingField;
        }

        if (!FrameId.TryParse(fields.Frame, out var frame))
        {
            detail = $"'{Short(fields.Frame!)}' is not 32 hex digits";
            return LabelFault.BadFrame;
        }

        if (Array.Find(new[] { fields.Vehicle!, ofTask! }, n => !BusName.IsValid(n)) is { } bad)
        {
            detail = $"'{Short(bad)}' is not 1 to 64 characters of A-Z a-z 0-9 . _ -";
            return LabelFault.BadName;
        }

        if (task is not null && ofTask != task)
        {
            detail = $"the task is '{ofTask}', the import's is '{task}'";
            return LabelFault.OtherTask;
        }

        var time = writtenAt;
        var hasTime = !string.IsNullOrEmpty(fields.LabelledAt);
        if (hasTime && !LabelTime.TryRead(fields.LabelledAt!, now, out time, out detail))
        {
            return LabelFault.BadTime;
        }

        if (classes.Find(ofTask!) is not { } known)
        {
            detail = $"no head has a task '{ofTask}'";
            return LabelFault.UnknownTask;
        }

        if (fields.Class!.Length > MaxClassLength || !known.Contains(fields.Class))
        {
            detail = $"'{Short(fields.Class)}' is none of {string.Join(", ", known.Order(StringComparer.Ordinal).Take(20))}";
            return LabelFault.UnknownClass;
        }

        candidate = new LabelCandidate(row, fields.Vehicle!, new LabelMessage(frame, ofTask!, fields.Class, source, time), hasTime);
        return LabelFault.None;
    }

    private static string Short(string text) => text.Length <= 80 ? text : text[..80] + "…";
}
