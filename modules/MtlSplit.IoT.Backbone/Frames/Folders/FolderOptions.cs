namespace MtlSplit.IoT.Backbone.Frames.Folders;

/// <summary>A folder of images. Section <c>Frames:Folder</c>.</summary>
internal sealed class FolderOptions
{
    /// <summary>The folder.</summary>
    public string Path { get; set; } = "";

    /// <summary>Whether to begin anew after the last image.</summary>
    public bool Repeat { get; set; }
}
