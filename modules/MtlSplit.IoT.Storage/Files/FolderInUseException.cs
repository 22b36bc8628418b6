namespace MtlSplit.IoT.Storage.Files;

/// <summary>Another process uses a folder that one process at a time may use.</summary>
public sealed class FolderInUseException : IOException
{
    /// <summary>Makes it.</summary>
    /// <param name="folder">Full path of the folder.</param>
    /// <param name="holder">Who has it, as it says of itself.</param>
    /// <param name="inner">What the operating system said.</param>
    public FolderInUseException(string folder, string holder, Exception? inner = null)
        : base($"{folder} is in use by {holder}. One process at a time may use it.", inner) => (Folder, Holder) = (folder, holder);

    /// <summary>Full path of the folder.</summary>
    public string Folder { get; }

    /// <summary>Who has it: its process's number and name; not proof, since it says so itself.</summary>
    public string Holder { get; }
}
