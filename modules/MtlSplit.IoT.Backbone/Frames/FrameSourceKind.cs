namespace MtlSplit.IoT.Backbone.Frames;

/// <summary>Where frames come from.</summary>
internal enum FrameSourceKind
{
    /// <summary>The renderer of 3D Shapes.</summary>
    Shapes3D,

    /// <summary>PNG and JPEG files of a folder.</summary>
    Folder,

    /// <summary>Length-prefixed frames on standard input.</summary>
    Stdin,
}
