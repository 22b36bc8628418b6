using MtlSplit.IoT.SampleStore.LabelFiles;

namespace MtlSplit.IoT.SampleStore.Labelling;

/// <summary>What is imported, and how strictly.</summary>
public sealed record LabelImportOptions
{
    /// <summary>The data folder; the store is <c>samples/</c> in it.</summary>
    public required string DataFolder { get; init; }

    /// <summary>The fleet that the frames belong to.</summary>
    public required string Fleet { get; init; }

    /// <summary>Who says so: the source of every label of the file.</summary>
    public required string Source { get; init; }

    /// <summary>The file.</summary>
    public required string File { get; init; }

    /// <summary>How it is written.</summary>
    public required LabelFileFormat Format { get; init; }

    /// <summary>The task of every row; null where the file's own column says it.</summary>
    public string? Task { get; init; }

    /// <summary>Import nothing where a row is refused.</summary>
    public bool Strict { get; init; }

    /// <summary>Take labels of frames that the store does not know, for features that come later.</summary>
    public bool KeepUnknownFrames { get; init; }

    /// <summary>Refused rows that the report names; the file beside has all.</summary>
    public int ShownRefusals { get; init; } = 20;

    /// <summary>Where refused rows go; null: beside the file.</summary>
    public string? RefusedFile { get; init; }
}
