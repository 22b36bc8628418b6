using System.ComponentModel.DataAnnotations;
using MtlSplit.IoT.Backbone.Frames.Folders;

namespace MtlSplit.IoT.Backbone.Frames;

/// <summary>Where frames come from. Section <c>Frames</c>.</summary>
internal sealed class FrameOptions
{
    public const string Section = "Frames";

    /// <summary>The source.</summary>
    [EnumDataType(typeof(FrameSourceKind))]
    public FrameSourceKind Source { get; set; } = FrameSourceKind.Shapes3D;

    /// <summary>Frames per second of the renderer and of a folder; 0: as fast as they come.</summary>
    [Range(0.0, 10_000.0)]
    public double Rate { get; set; } = 10;

    /// <summary>For <see cref="FrameSourceKind.Folder"/>.</summary>
    public FolderOptions Folder { get; set; } = new();
}
