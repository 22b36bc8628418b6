namespace MtlSplit.IoT.SampleStore.LabelFiles;

/// <summary>One line of a text file, without its end.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Bytes">Its bytes; of a line that is too long only the first.</param>
/// <param name="TooLong">Whether there were more than <see cref="TextLines.MaxLength"/>.</param>
internal readonly record struct TextLine(int Number, byte[] Bytes, bool TooLong);
