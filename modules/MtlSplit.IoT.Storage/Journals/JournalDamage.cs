namespace MtlSplit.IoT.Storage.Journals;

/// <summary>Why something in a journal's files is no record.</summary>
public enum JournalDamage
{
    /// <summary>A segment ends in the middle of a record: the writer was cut off.</summary>
    TornTail,

    /// <summary>A segment ends in zeros: the file had grown, its content had not arrived.</summary>
    ZeroedTail,

    /// <summary>Bytes are not what was written; records may follow.</summary>
    Corrupt,

    /// <summary>Records are gone and nothing lies in their place: the file, or its end, is gone.</summary>
    Missing,

    /// <summary>The disk failed to read a segment, or its end.</summary>
    Unreadable,

    /// <summary>What was acknowledged is not known; everything there is comes again.</summary>
    Acknowledgements,
}
