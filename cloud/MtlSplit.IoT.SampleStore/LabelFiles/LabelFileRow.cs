using MtlSplit.IoT.SampleStore.Labelling;

namespace MtlSplit.IoT.SampleStore.LabelFiles;

/// <summary>One row of a label file.</summary>
/// <param name="Place">Where it stands: <c>line 12</c>, or for Parquet <c>row group 1, row 12</c>, both from 1.</param>
/// <param name="Fields">What it says, where it could be taken apart.</param>
/// <param name="Fault">Why it could not.</param>
/// <param name="Detail">What exactly is wrong then.</param>
/// <param name="Raw">Its text then, with U+FFFD for what is no UTF-8; else empty.</param>
internal readonly record struct LabelFileRow(string Place, LabelFields Fields, LabelFault Fault = LabelFault.None, string Detail = "", string Raw = "")
{
    /// <summary>How many rows there are up to it, itself included; set by who reads them.</summary>
    public long Number { get; init; }

    /// <summary>Characters in it.</summary>
    public int Length => Raw.Length + (Fields.Frame?.Length ?? 0) + (Fields.Vehicle?.Length ?? 0) + (Fields.Task?.Length ?? 0) + (Fields.Class?.Length ?? 0) + (Fields.LabelledAt?.Length ?? 0);

    /// <summary>A row that could not be taken apart.</summary>
    public static LabelFileRow Broken(string place, LabelFault fault, string detail, string raw) => new(place, default, fault, detail, raw);
}
