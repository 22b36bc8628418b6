using System.CommandLine;
using System.Diagnostics;
using MtlSplit.IoT.Benchmarks.Reporting;
using MtlSplit.IoT.Hosting.Commands;
using MtlSplit.IoT.Shapes3D;

namespace MtlSplit.IoT.Benchmarks.Rendering;

/// <summary>
/// How fast scenes of 3D Shapes are drawn: on one thread, on all cores, and by shape. Processor time per image tells the renderer's
/// own cost also where the machine is busy with other things.
/// </summary>
internal static class RenderBenchmark
{
    // Prime, so that consecutive images have nothing in common.
    private const int Stride = 104_729;

    public static Command Command()
    {
        var turns = new Option<int>("--turns") { Description = "Turns of each case; the median counts.", DefaultValueFactory = _ => 9 };
        var length = new Option<double>("--seconds") { Description = "Length of a turn.", DefaultValueFactory = _ => 0.5 };
        var json = Report.JsonOption();
        var command = new Command("render", "Scenes of 3D Shapes: images per second on one thread and on all cores, and what each shape costs.") { turns, length, json };
        command.SetAction(arguments =>
        {
            using var report = new Report("render", $"3D Shapes, {SceneRenderer.Size}x{SceneRenderer.Size} RGB, standard light", arguments.GetValue(json), Console.Out);
            Run(report, arguments.GetValue(turns), TimeSpan.FromSeconds(arguments.GetValue(length)));
        });
        return command.WithExamples(
            "dotnet run --project tests/benchmarks/MtlSplit.IoT.Benchmarks -- render",
            "dotnet run --project tests/benchmarks/MtlSplit.IoT.Benchmarks -- render --turns 25 --json");
    }

    private static void Run(Report report, int turns, TimeSpan length)
    {
        var cases = new List<(string Name, int Threads, int? Shape)> { ("all scenes", 1, null) };
        if (Environment.ProcessorCount > 1)
        {
            cases.Add(("all scenes", Environment.ProcessorCount, null));
        }

        cases.AddRange(Enumerable.Range(0, Shapes3DIndex.Shapes).Select(shape => (Shapes3DTask.ObjectShape.Classes[shape], 1, (int?)shape)));
        report.Table(
            $"median of {turns} turns of {length.TotalSeconds} s",
            Column.Text("scenes", 12),
            new Column("threads", Width: 8),
            new Column("images/s", Width: 10),
            new Column("cpu us/image", "F1", 13),
            new Column("bytes/image", "F1"));
        foreach (var (name, threads, shape) in cases)
        {
            var costs = new List<Turn>();
            for (var turn = -1; turn < turns; turn++)
            {
                // The first turn only warms up.
                var cost = Draw(threads, shape, length);
                if (turn >= 0)
                {
                    costs.Add(cost);
                }
            }

            report.Row(
                name,
                threads,
                Median(costs.Select(cost => cost.Images / cost.Seconds)),
                Median(costs.Select(cost => cost.ProcessorMicroseconds / cost.Images)),
                Median(costs.Select(cost => cost.Bytes / cost.Images)));
        }
    }

    private static Turn Draw(int threads, int? shape, TimeSpan length)
    {
        var counts = new long[threads];
        var allocated = new long[threads];
        var busy = Environment.CpuUsage.TotalTime;
        var start = Stopwatch.GetTimestamp();
        Thread[] workers = [.. Enumerable.Range(0, threads).Select(thread => new Thread(() => Work(thread)))];
        foreach (var worker in workers)
        {
            worker.Start();
        }

        foreach (var worker in workers)
        {
            worker.Join();
        }

        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return new Turn(counts.Sum(), seconds, (Environment.CpuUsage.TotalTime - busy).TotalMicroseconds, allocated.Sum());

        void Work(int thread)
        {
            var image = new byte[SceneRenderer.ImageLength];
            var (count, bytes) = (0L, GC.GetAllocatedBytesForCurrentThread());
            for (long index = thread; Stopwatch.GetElapsedTime(start) < length; index += threads, count++)
            {
                var scene = Shapes3DIndex.Of((int)(index * Stride % Shapes3DIndex.Count));
                SceneRenderer.Render(shape is { } only ? scene with { Shape = only } : scene, Light.Standard, image);
            }

            (counts[thread], allocated[thread]) = (count, GC.GetAllocatedBytesForCurrentThread() - bytes);
        }
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }

    private sealed record Turn(double Images, double Seconds, double ProcessorMicroseconds, double Bytes);
}
