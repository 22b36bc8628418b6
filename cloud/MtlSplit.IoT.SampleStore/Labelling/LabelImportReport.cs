namespace MtlSplit.IoT.SampleStore.Labelling;

/// <summary>What an import did.</summary>
/// <param name="File">The file.</param>
/// <param name="Rows">Rows in it.</param>
/// <param name="Imported">Labels that are new in the store.</param>
/// <param name="Repeated">Rows that the store had already.</param>
/// <param name="Blank">Rows without a class: nobody has labelled them yet.</param>
/// <param name="Early">Of the imported ones, those whose frame the store does not know yet.</param>
/// <param name="Refused">Rows refused.</param>
/// <param name="Reasons">Refused rows by reason.</param>
/// <param name="RefusedFile">Where the refused rows are; null where there are none.</param>
/// <param name="FirstRefused">The first of them, at most <see cref="LabelImportOptions.ShownRefusals"/>.</param>
/// <param name="NothingImported">Whether the import was strict and therefore took nothing.</param>
public sealed record LabelImportReport(
    string File,
    long Rows,
    long Imported,
    long Repeated,
    long Blank,
    long Early,
    long Refused,
    IReadOnlyDictionary<string, long> Reasons,
    string? RefusedFile,
    IReadOnlyList<RefusedLabel> FirstRefused,
    bool NothingImported);
