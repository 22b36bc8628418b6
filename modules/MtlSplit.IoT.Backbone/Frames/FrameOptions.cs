using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using MtlSplit.IoT.Backbone.Frames.Folders;
using MtlSplit.IoT.Backbone.Frames.Shapes;

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

    /// <summary>
    /// For <see cref="FrameSourceKind.Shapes3D"/>. Here so that the section is known whole; what the renderer
    /// goes by is <see cref="Shapes3DOptions"/> on its own, which is followed while the process runs.
    /// </summary>
    [ValidateObjectMembers]
    public Shapes3DOptions Shapes3D { get; set; } = new();
}
