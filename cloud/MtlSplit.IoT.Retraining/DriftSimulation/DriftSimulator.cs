using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Drift.Alarming;
using MtlSplit.IoT.Drift.Observing;

namespace MtlSplit.IoT.Retraining.DriftSimulation;

/// <summary>Runs fleets through months without drift, to count false alarms, and into drifts, to see how long they go unseen. The same seed gives the same report, whatever the number of threads.</summary>
/// <param name="contract">The contract of the frames.</param>
/// <param name="tasks">The tasks, in the order of the frames' answers.</param>
/// <param name="clean">The world without drift.</param>
/// <param name="options">How.</param>
/// <param name="progress">Told of months and trials that are done.</param>
internal sealed class DriftSimulator(ContractId contract, IReadOnlyList<string> tasks, SeenFrames clean, SimulationOptions options, Action<string> progress)
{
    private static readonly TimeSpan GiveUp = TimeSpan.FromDays(2);

    private readonly DriftOptions _drift = new() { Budget = new AlarmBudget(options.Budget), CheckEvery = options.CheckEvery };

    /// <summary>How many streams share the budget.</summary>
    public int Streams => options.Groups * tasks.Count;

    /// <summary>The level of one check.</summary>
    public double Level => _drift.Budget.LevelOf(Streams, _drift.CheckEvery);

    /// <summary>Months in which nothing changes.</summary>
    /// <param name="scene">How long vehicles stay at a scene.</param>
    /// <param name="stop">Stops between months.</param>
    public QuietMonths Quiet(TimeSpan scene, CancellationToken stop)
    {
        var months = new (long Checks, long Suspicious, int Alarms, double Block)[options.Months];
        var done = 0;
        Parallel.For(0, options.Months, new ParallelOptions { MaxDegreeOfParallelism = options.Threads, CancellationToken = stop }, month =>
        {
            var fleet = new Fleet(this, scene, Seed(month, scene));
            long suspicious = 0, checks = 0;
            var alarms = 0;
            for (var at = options.CheckEvery; at <= AlarmBudget.Month; at += options.CheckEvery)
            {
                stop.ThrowIfCancellationRequested();
                foreach (var (check, change) in fleet.Check(clean, null))
                {
                    checks++;
                    suspicious += check.Verdict is DriftVerdict.Suspicious or DriftVerdict.Drift ? 1 : 0;
                    alarms += change == DriftChange.Raised ? 1 : 0;
                }
            }

            months[month] = (checks, suspicious, alarms, fleet.BlockSeconds);
            progress($"scenes of {scene.TotalSeconds:F0} s: {Interlocked.Increment(ref done)} of {options.Months} months");
        });
        var total = months.Sum(m => m.Alarms);
        var (low, high) = Poisson.Interval(total);
        return new QuietMonths(
            scene.TotalSeconds, options.Months, months.Sum(m => m.Checks), months.Sum(m => m.Suspicious), total,
            (double)total / options.Months, low / options.Months, high / options.Months, months.Select(m => m.Block).Order().ElementAt(months.Length / 2));
    }

    /// <summary>One of the groups gets into a drift, at any moment between two checks.</summary>
    /// <param name="name">What changes.</param>
    /// <param name="world">What the world looks like then.</param>
    /// <param name="prefers">Which scenes are seen then; null: as before.</param>
    /// <param name="scene">How long vehicles stay at a scene.</param>
    /// <param name="stop">Stops between trials.</param>
    public IReadOnlyList<DetectionDelay> Delay(string name, SeenFrames world, Func<int, bool>? prefers, TimeSpan scene, CancellationToken stop)
    {
        var hours = tasks.Select(_ => new double?[options.Trials]).ToArray();
        Parallel.For(0, options.Trials, new ParallelOptions { MaxDegreeOfParallelism = options.Threads, CancellationToken = stop }, trial =>
        {
            var seed = Seed(trial, scene) + 1_000_003;
            var fleet = new Fleet(this, scene, seed);
            var into = new Random(seed).NextDouble();
            for (var at = options.CheckEvery * (1 - into); at < GiveUp; at += options.CheckEvery)
            {
                stop.ThrowIfCancellationRequested();
                var first = at < options.CheckEvery;
                foreach (var (check, change) in fleet.Check(world, prefers, first ? into : 0))
                {
                    if (change == DriftChange.Raised && check.Key.Group == "group-0")
                    {
                        hours[tasks.ToList().IndexOf(check.Key.Task)][trial] ??= at.TotalHours;
                    }
                }

                if (hours.All(task => task[trial] is not null))
                {
                    break;
                }
            }
        });
        progress($"{name}: {options.Trials} trials");
        return
        [
            .. tasks.Select((task, index) =>
            {
                var found = hours[index].OfType<double>().Order().ToList();
                return new DetectionDelay(
                    name, task, Accuracy(clean, index, null), Accuracy(world, index, prefers), options.Trials, found.Count,
                    At(found, 0.5), At(found, 0.1), At(found, 0.9));
            }),
        ];
    }

    private static double? At(List<double> sorted, double share) => sorted.Count == 0 ? null : sorted[Math.Min(sorted.Count - 1, (int)(share * sorted.Count))];

    private static double Accuracy(SeenFrames world, int task, Func<int, bool>? prefers)
    {
        var frames = Enumerable.Range(0, world.Count).Where(i => prefers?.Invoke(i) ?? true).ToList();
        return (double)frames.Count(i => Array.IndexOf(world.Probabilities[task][i], world.Probabilities[task][i].Max()) == world.Labels[task][i]) / frames.Count;
    }

    private int Seed(int number, TimeSpan scene) => unchecked((int)((options.Seed * 1_000_003UL) + ((ulong)number * 7919UL) + (ulong)scene.TotalSeconds) & int.MaxValue);

    /// <summary>One fleet in one month.</summary>
    private sealed class Fleet
    {
        private readonly DriftSimulator _owner;
        private readonly SimulatedGroup[] _groups;
        private readonly DriftReference[][] _references;
        private readonly DriftDetector _detector;
        private readonly DriftAlarms _alarms;
        private readonly Random _random;
        private readonly List<Observation>[][] _current;
        private long _now;

        public Fleet(DriftSimulator owner, TimeSpan scene, int seed)
        {
            var options = owner.Options;
            (_owner, _random) = (owner, new Random(seed));
            _detector = new DriftDetector(owner._drift, owner.Streams);
            _alarms = new DriftAlarms(owner._drift.RecoverAfter);
            _groups = [.. Enumerable.Range(0, options.Groups).Select(g => new SimulatedGroup($"group-{g}", options.VehiclesPerGroup, owner.Clean.Count, options.FrameEvery, scene, _random))];
            _references = [.. _groups.Select(group => group.See(0, options.Reference, owner.Clean).Select(seen => _detector.Prepare(seen, _random)).ToArray())];
            _now = (long)options.Reference.TotalMicroseconds;
            _current = [.. _groups.Select(_ => owner.Tasks.Select(_ => new List<Observation>()).ToArray())];
            // What was seen just before is a part of the first windows.
            for (var seen = TimeSpan.Zero; seen < owner._drift.Window; seen += options.CheckEvery)
            {
                See(owner.Clean, null, 0);
            }
        }

        public double BlockSeconds => _references.SelectMany(group => group).Average(reference => reference.Length.Length.TotalSeconds);

        /// <summary>The next check of every stream. The first group sees another world, from <paramref name="into"/> of the window on.</summary>
        public List<(DriftCheck Check, DriftChange Change)> Check(SeenFrames world, Func<int, bool>? prefers, double into = 0)
        {
            See(world, prefers, into);
            List<(DriftCheck, DriftChange)> checks = [];
            for (var group = 0; group < _groups.Length; group++)
            {
                for (var task = 0; task < _owner.Tasks.Count; task++)
                {
                    var check = _detector.Check(
                        new DriftKey(_owner.Contract, _owner.Tasks[task], $"group-{group}"), _now, _references[group][task], _current[group][task], _random);
                    checks.Add((check, _alarms.Take(check).Change));
                }
            }

            return checks;
        }

        private void See(SeenFrames world, Func<int, bool>? prefers, double into)
        {
            var length = _owner.Options.CheckEvery;
            var oldest = _now + (long)(length - _owner._drift.Window).TotalMicroseconds;
            for (var group = 0; group < _groups.Length; group++)
            {
                var before = into > 0 ? _groups[group].See(_now, length * into, _owner.Clean) : null;
                var after = _groups[group].See(_now + (long)(length * into).TotalMicroseconds, length * (1 - into), group == 0 ? world : _owner.Clean, group == 0 ? prefers : null);
                for (var task = 0; task < _owner.Tasks.Count; task++)
                {
                    var current = _current[group][task];
                    current.RemoveAll(o => o.CapturedAt < oldest);
                    current.AddRange(before?[task] ?? []);
                    current.AddRange(after[task]);
                }
            }

            _now += (long)length.TotalMicroseconds;
        }
    }

    private SimulationOptions Options => options;

    private SeenFrames Clean => clean;

    private IReadOnlyList<string> Tasks => tasks;

    private ContractId Contract => contract;
}
