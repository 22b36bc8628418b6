using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Drift.Observing;

namespace MtlSplit.IoT.Retraining.DriftSimulation;

/// <summary>
/// A group of vehicles whose frames are real ones and whose days are not: each vehicle knows a part of the world of its own, stays at a scene for a while, and sees it again and again meanwhile. Not thread-safe.
/// </summary>
internal sealed class SimulatedGroup
{
    private const double KnownShare = 0.6;

    private readonly Random _random;
    private readonly TimeSpan _frameEvery;
    private readonly double _stay;
    private readonly (int[] Known, int Scene)[] _vehicles;
    private readonly string _name;
    private ulong _frames;

    /// <param name="name">The group.</param>
    /// <param name="vehicles">How many vehicles.</param>
    /// <param name="frames">How many frames there are to see.</param>
    /// <param name="frameEvery">How often a frame of a vehicle is in the uniform stream.</param>
    /// <param name="scene">How long a vehicle stays at a scene on average; zero: each frame is another one.</param>
    /// <param name="random">Decides.</param>
    public SimulatedGroup(string name, int vehicles, int frames, TimeSpan frameEvery, TimeSpan scene, Random random)
    {
        (_name, _frameEvery, _random) = (name, frameEvery, random);
        _stay = scene <= frameEvery ? 0 : 1 - (frameEvery / scene);
        _vehicles = [.. Enumerable.Range(0, vehicles).Select(_ => (Enumerable.Range(0, frames).Where(_ => random.NextDouble() < KnownShare).ToArray(), 0))];
        for (var v = 0; v < vehicles; v++)
        {
            _vehicles[v].Scene = Draw(_vehicles[v].Known, null);
        }
    }

    /// <summary>What the group sees in a stretch of time, for each task.</summary>
    /// <param name="from">Its beginning, Unix microseconds.</param>
    /// <param name="length">Its length.</param>
    /// <param name="world">What it looks like.</param>
    /// <param name="prefers">Scenes that are drawn; null: all. A vehicle's first new scene after a change follows it.</param>
    public List<Observation>[] See(long from, TimeSpan length, SeenFrames world, Func<int, bool>? prefers = null)
    {
        var seen = world.Probabilities.Select(_ => new List<Observation>()).ToArray();
        var step = (long)_frameEvery.TotalMicroseconds;
        for (var vehicle = 0; vehicle < _vehicles.Length; vehicle++)
        {
            ref var at = ref _vehicles[vehicle];
            var name = $"{_name}-{vehicle}";
            for (var time = from; time < from + (long)length.TotalMicroseconds; time += step)
            {
                at.Scene = _random.NextDouble() < _stay ? at.Scene : Draw(at.Known, prefers);
                var frame = new FrameId(1, _frames++);
                for (var task = 0; task < seen.Length; task++)
                {
                    seen[task].Add(new Observation(frame, name, time, world.Probabilities[task][at.Scene], world.Features[at.Scene]));
                }
            }
        }

        return seen;
    }

    private int Draw(int[] known, Func<int, bool>? prefers)
    {
        for (var attempt = 0; attempt < 1000; attempt++)
        {
            var scene = known[_random.Next(known.Length)];
            if (prefers is null || prefers(scene))
            {
                return scene;
            }
        }

        throw new InvalidOperationException("No scene that the vehicle knows is preferred.");
    }
}
