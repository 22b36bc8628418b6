using System.Text;
using MtlSplit.IoT.SampleStore.Labelling;

namespace MtlSplit.IoT.SampleStore.LabelFiles;

/// <summary>Reads labels from CSV. A quote that is never closed costs its own line and none after it.</summary>
internal static class CsvLabelFile
{
    // A field may hold line breaks; more than this in one record is a quote that was never closed.
    private const int MaxRecordLines = 64;

    /// <summary>Reads the rows; the first line names the columns.</summary>
    /// <exception cref="SampleStoreException">The first line is not UTF-8, or names a column twice or not at all.</exception>
    public static IEnumerable<LabelFileRow> Read(string path, bool taskIsGiven)
    {
        LabelColumns? columns = null;
        var width = 0;
        var fields = new List<string>();
        foreach (var (number, bytes, whole) in Records(path))
        {
            var place = $"line {number}";
            var utf8 = TextLines.TryDecode(bytes, out var text);
            if (columns is null)
            {
                if (!utf8 || !whole || !CsvFields.TrySplit(text, fields))
                {
                    throw new SampleStoreException($"{path}: {place}: the first line must name the columns, in UTF-8.");
                }

                columns = LabelColumns.Find(fields, taskIsGiven, $"{path}: {place}");
                width = fields.Count;
                continue;
            }

            if (bytes.Length == 0)
            {
                continue;
            }

            yield return !utf8 ? LabelFileRow.Broken(place, LabelFault.NotUtf8, "the bytes are not UTF-8", text)
                : !whole ? LabelFileRow.Broken(place, LabelFault.Unreadable, $"a quote is not closed, or the line is longer than {TextLines.MaxLength} bytes", text)
                : !CsvFields.TrySplit(text, fields) ? LabelFileRow.Broken(place, LabelFault.Unreadable, "a quote stands inside a field", text)
                : fields.Count != width ? LabelFileRow.Broken(place, LabelFault.Unreadable, $"there are {fields.Count} fields for {width} columns", text)
                : new LabelFileRow(place, columns.Read(fields));
        }

        if (columns is null)
        {
            throw new SampleStoreException($"{path}: it is empty; the first line must name the columns.");
        }
    }

    /// <summary>Puts lines together to records, as far as their quotes ask for it.</summary>
    private static IEnumerable<(int Number, byte[] Bytes, bool Whole)> Records(string path)
    {
        using var lines = TextLines.Read(path).GetEnumerator();
        var ahead = new Queue<TextLine>();
        while (ahead.TryDequeue(out var first) || Next(lines, out first))
        {
            if (first.TooLong || CsvFields.IsClosed(first.Bytes))
            {
                yield return (first.Number, first.Bytes, !first.TooLong);
                continue;
            }

            List<byte> record = [.. first.Bytes];
            var taken = new List<TextLine>();
            var closed = false;
            while (!closed && taken.Count < MaxRecordLines && record.Count <= TextLines.MaxLength && (ahead.TryDequeue(out var more) || Next(lines, out more)))
            {
                taken.Add(more);
                record.Add((byte)'\n');
                record.AddRange(more.Bytes);
                closed = !CsvFields.IsClosed(more.Bytes);
            }

            // A quote of the next record may close one that was left open; what comes out then is no record.
            if (!closed || !CsvFields.TrySplit(Encoding.UTF8.GetString([.. record]), []))
            {
                // Whatever was read ahead is read again as lines of their own.
                closed = false;
                ahead = new Queue<TextLine>(taken.Concat(ahead));
            }

            yield return (first.Number, closed ? [.. record] : first.Bytes, closed);
        }
    }

    private static bool Next(IEnumerator<TextLine> lines, out TextLine line)
    {
        var there = lines.MoveNext();
        line = there ? lines.Current : default;
        return there;
    }
}
