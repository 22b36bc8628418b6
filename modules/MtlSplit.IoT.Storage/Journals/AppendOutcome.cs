namespace MtlSplit.IoT.Storage.Journals;

/// <summary>What became of a record.</summary>
public enum AppendOutcome
{
    /// <summary>The kernel has it: it survives the end of the process now, and a power cut within the window.</summary>
    Appended,

    /// <summary>There is no room on the disk (or in the quota). The journal is as before; later appends may succeed.</summary>
    DiskFull,

    /// <summary>The disk failed, see <see cref="Journal.LastFailure"/>. The journal is as before; later appends may succeed.</summary>
    Failed,
}
