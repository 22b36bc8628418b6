namespace MtlSplit.IoT.Inference.Sessions;

/// <summary>A model file cannot be run as asked. The message names the file and, where one is to blame, the tensor.</summary>
public sealed class InferenceModelException : Exception
{
    internal InferenceModelException(string file, string reason, Exception? cause = null)
        : base($"Model '{file}' cannot be used: {reason}.", cause)
    {
        File = file;
    }

    internal InferenceModelException(string file, string tensor, string expected, string found)
        : base($"Model '{file}' cannot be used: tensor '{tensor}' should be {expected}, but is {found}.")
    {
        (File, Tensor, Expected, Found) = (file, tensor, expected, found);
    }

    /// <summary>The model's file.</summary>
    public string File { get; }

    /// <summary>The tensor that is not as it should be; null where the whole file is to blame.</summary>
    public string? Tensor { get; }

    /// <summary>What the tensor should be: element type and shape.</summary>
    public string? Expected { get; }

    /// <summary>What the tensor is.</summary>
    public string? Found { get; }
}
