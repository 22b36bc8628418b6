namespace MtlSplit.IoT.Training.Datasets;

/// <summary>A data set cannot be used; the message says which and why.</summary>
public sealed class DataSetException : Exception
{
    /// <summary>Says why.</summary>
    public DataSetException(string message)
        : base(message)
    {
    }

    /// <summary>Says why, and what led to it.</summary>
    public DataSetException(string message, Exception cause)
        : base(message, cause)
    {
    }
}
