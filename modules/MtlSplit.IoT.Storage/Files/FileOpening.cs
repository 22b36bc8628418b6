namespace MtlSplit.IoT.Storage.Files;

/// <summary>How a file is opened.</summary>
public enum FileOpening
{
    /// <summary>For reading; it must be there.</summary>
    Read,

    /// <summary>For reading and writing, empty, whether it was there or not.</summary>
    Create,

    /// <summary>For reading and writing, as it is or empty.</summary>
    OpenOrCreate,
}
