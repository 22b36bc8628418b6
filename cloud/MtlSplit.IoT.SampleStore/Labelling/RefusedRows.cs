using System.Text;
using MtlSplit.IoT.SampleStore.LabelFiles;

namespace MtlSplit.IoT.SampleStore.Labelling;

/// <summary>
/// The refused rows of an import, counted and written to a file of their own: CSV, with place, reason and detail before what the row said, so that
/// the file, once corrected, can be imported itself. The file is there only if a row was refused.
/// </summary>
internal sealed class RefusedRows(string path, int shown) : IDisposable
{
    private readonly SortedDictionary<string, long> _reasons = new(StringComparer.Ordinal);
    private readonly List<RefusedLabel> _first = [];
    private StreamWriter? _file;

    public long Count { get; private set; }

    public IReadOnlyDictionary<string, long> Reasons => _reasons;

    public IReadOnlyList<RefusedLabel> First => _first;

    public string? Path => _file is null ? null : path;

    public void Add(in LabelFileRow row, LabelFault fault, string detail)
    {
        var reason = LabelFaultCodes.Of(fault);
        Count++;
        _reasons[reason] = _reasons.GetValueOrDefault(reason) + 1;
        if (_first.Count < shown)
        {
            _first.Add(new RefusedLabel(row.Place, reason, detail));
        }

        if (_file is null)
        {
            _file = new StreamWriter(path, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { NewLine = "\n" };
            _file.WriteLine("place,reason,detail,frame,vehicle,task,class,labelled_at,row");
        }

        var (frame, vehicle, task, @class, labelledAt) = row.Fields;
        string?[] values = [row.Place, reason, detail, frame, vehicle, task, @class, labelledAt, row.Raw];
        _file.WriteLine(string.Join(',', values.Select(CsvFields.Quote)));
    }

    public void Dispose() => _file?.Dispose();
}
