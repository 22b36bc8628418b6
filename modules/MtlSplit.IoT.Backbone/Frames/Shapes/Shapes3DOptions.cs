using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using MtlSplit.IoT.Shapes3D;

namespace MtlSplit.IoT.Backbone.Frames.Shapes;

/// <summary>What the renderer shows. Section <c>Frames:Shapes3D</c>; followed while the process runs.</summary>
internal sealed class Shapes3DOptions
{
    public const string Section = "Frames:Shapes3D";

    /// <summary>The sequence of scenes; each vehicle sees one of its own. Read at start only.</summary>
    public ulong Seed { get; set; } = 1;

    /// <summary>From which scenes they are drawn. Read at start only.</summary>
    [EnumDataType(typeof(ScheduledScenes))]
    public ScheduledScenes Split { get; set; } = ScheduledScenes.Test;

    /// <summary>The light; a change takes effect at the next frame.</summary>
    [ValidateObjectMembers]
    public LightOptions Light { get; set; } = new();
}
