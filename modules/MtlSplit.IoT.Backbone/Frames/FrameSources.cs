using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MtlSplit.IoT.Backbone.Frames.Folders;
using MtlSplit.IoT.Backbone.Frames.Shapes;
using MtlSplit.IoT.Backbone.Frames.Streams;
using MtlSplit.IoT.Backbone.Telemetry;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Hosting.Settings;
using MtlSplit.IoT.Shapes3D;

namespace MtlSplit.IoT.Backbone.Frames;

/// <summary>Makes the source that the settings ask for.</summary>
internal sealed class FrameSources(
    IOptions<FrameOptions> options, LiveSettings<Shapes3DOptions> shapes, BackboneCounters counters, TimeProvider time, ILoggerFactory logs)
{
    private readonly FramePacer _pacer = new(options.Value.Rate, time);

    /// <summary>Sets the rate of the source, where it has one.</summary>
    /// <param name="rate">Frames per second; null: as the settings say.</param>
    public void Pace(double? rate) => _pacer.Rate = rate ?? options.Value.Rate;

    /// <exception cref="FrameSourceException">It cannot be opened.</exception>
    public IFrameSource Open(InputSpec target, string vehicle)
    {
        var pacer = _pacer;
        return options.Value.Source switch
        {
            FrameSourceKind.Folder => new FolderSource(options.Value.Folder, target, pacer, counters, logs.CreateLogger<FolderSource>()),
            FrameSourceKind.Stdin => new StreamSource(Console.OpenStandardInput(), "standard input", target),
            _ => Render(target, vehicle, pacer),
        };
    }

    private Shapes3DSource Render(InputSpec target, string vehicle, FramePacer pacer)
    {
        var first = shapes.Value;
        var light = first.Light.ToLight();
        var log = logs.CreateLogger<Shapes3DSource>();
        shapes.Changed += changed =>
        {
            var next = changed.Light.ToLight();
            if (next != Volatile.Read(ref light))
            {
                Volatile.Write(ref light, next);
                Log.LightChanged(log, next);
            }
        };
        return new Shapes3DSource(FrameSchedule.ForVehicle(first.Seed, vehicle, first.Split), () => Volatile.Read(ref light), target, pacer);
    }
}
