using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Contracts.Labels;
using MtlSplit.IoT.Contracts.Predictions;
using MtlSplit.IoT.Contracts.Status;
using MtlSplit.IoT.Contracts.Twins;

namespace MtlSplit.IoT.Cli.Demo;

/// <summary>
/// Everything that an independent subscriber knows about a running loop: predictions, labels and what processes say about themselves.
/// Thread-safe. It knows the truth only from labels.
/// </summary>
internal sealed class DemoTally
{
    // Frames remembered to join answers and labels; at 90 frames a second, half an hour.
    private const int FramesKept = 160_000;

    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly Dictionary<(string Vehicle, FrameId Frame), Answer[]> _frames = [];
    private readonly Queue<(string Vehicle, FrameId Frame)> _order = [];
    private readonly TaskTally[] _tasks;
    private readonly VehicleTally[] _vehicles;
    private readonly string _shiftedVehicle;
    private readonly Dictionary<string, HeadConsumerStatus> _consumers = [];
    private string? _renewed;
    private long? _shiftedFrom;
    private long? _shiftSettled;

    public DemoTally(IEnumerable<(string Name, string[] Classes)> tasks, IEnumerable<string> vehicles, string shiftedVehicle, TimeProvider time)
    {
        _tasks = [.. tasks.Select(task => new TaskTally(task.Name, task.Classes))];
        _vehicles = [.. vehicles.Select(vehicle => new VehicleTally(vehicle))];
        (_shiftedVehicle, _time) = (shiftedVehicle, time);
    }

    /// <summary>When the first prediction came, as a timestamp of the time provider.</summary>
    public long? FirstPrediction { get; private set; }

    /// <summary>Messages that no reader of this version understands.</summary>
    public long Unreadable { get; private set; }

    public void Take(string vehicle, PredictionMessage prediction)
    {
        lock (_gate)
        {
            if (Find(prediction.Task) is not { } task || Array.IndexOf(_tasks, task) is var at && prediction.Probabilities.Length != task.Classes.Count
                || prediction.Class < 0 || prediction.Class >= task.Classes.Count)
            {
                Unreadable++;
                return;
            }

            FirstPrediction ??= _time.GetTimestamp();
            ref var answer = ref Frame(vehicle, prediction.Frame)[at];
            if (answer.Head is not null)
            {
                if (answer.Head == prediction.HeadVersion)
                {
                    task.Redelivered++;
                }
                else
                {
                    task.Duplicates++;
                }

                return;
            }

            answer = answer with { Head = prediction.HeadVersion, Class = prediction.Class, CapturedAt = prediction.CapturedAt, Renewed = _renewed is { } contract && prediction.Contract.ToString() == contract };
            task.Predicted++;
            task.PredictedOf[vehicle] = task.PredictedOf.GetValueOrDefault(vehicle) + 1;
            task.Head = prediction.HeadVersion;
            task.Latency.Add((Now() - prediction.CapturedAt) / 1000.0);
            Judge(task, vehicle, answer);
        }
    }

    /// <summary>A vehicle's backbone module reported to the hub.</summary>
    public void Take(string vehicle, BackboneReported reported)
    {
        lock (_gate)
        {
            Array.Find(_vehicles, v => v.Name == vehicle)?.Reported = reported;
        }
    }

    /// <summary>What a vehicle's backbone module last reported; null: nothing yet.</summary>
    public BackboneReported? ReportedBy(string vehicle)
    {
        lock (_gate)
        {
            return Array.Find(_vehicles, v => v.Name == vehicle)?.Reported;
        }
    }

    public void Take(string vehicle, LabelMessage label)
    {
        lock (_gate)
        {
            if (Find(label.Task) is not { } task)
            {
                return;
            }

            ref var answer = ref Frame(vehicle, label.Frame)[Array.IndexOf(_tasks, task)];
            if (answer.Label is null)
            {
                answer = answer with { Label = label.ClassName };
                Judge(task, vehicle, answer);
            }
        }
    }

    public void Take(string vehicle, VehicleStatus status)
    {
        lock (_gate)
        {
            Array.Find(_vehicles, v => v.Name == vehicle)?.Take(status);
        }
    }

    public void Take(string task, HeadConsumerStatus status)
    {
        lock (_gate)
        {
            _consumers[task] = status;
        }
    }

    public void TakeUnreadable()
    {
        lock (_gate)
        {
            Unreadable++;
        }
    }

    /// <summary>The light changed just now; frames of the next while belong to neither side.</summary>
    public void MarkShift(TimeSpan settle)
    {
        lock (_gate)
        {
            _shiftedFrom = Now();
            _shiftSettled = _shiftedFrom + (settle.Ticks / TimeSpan.TicksPerMicrosecond);
        }
    }

    /// <summary>A new head has answered: frames captured from now on are recovered ones.</summary>
    public void MarkSwap(string task)
    {
        lock (_gate)
        {
            Find(task)!.SwappedAt ??= Now();
        }
    }

    /// <summary>There is a new backbone: what is answered under its contract counts apart.</summary>
    public void MarkRenewal(string contract)
    {
        lock (_gate)
        {
            _renewed = contract;
        }
    }

    /// <summary>Whether every task's consumer is up and has a warm head for a contract.</summary>
    public bool AllWarm(string contract)
    {
        lock (_gate)
        {
            return Array.TrueForAll(_tasks, task => _consumers.GetValueOrDefault(task.Name) is { Online: true } status && status.Heads.Any(head => head.Contract == contract));
        }
    }

    public string? HeadOf(string task)
    {
        lock (_gate)
        {
            return Find(task)?.Head;
        }
    }

    /// <summary>Frames that the broker acknowledged and that have no prediction, summed over tasks.</summary>
    public long Missing()
    {
        lock (_gate)
        {
            return Missing(_vehicles, _tasks);
        }
    }

    /// <summary>
    /// The same, of what was read under the lock: vehicle by vehicle, so that a frame which was predicted though its acknowledgement
    /// never came back does not hide a lost one of another vehicle.
    /// </summary>
    public static long Missing(IReadOnlyList<VehicleTally> vehicles, IReadOnlyList<TaskTally> tasks) =>
        tasks.Sum(task => vehicles.Sum(vehicle => Math.Max(0, (vehicle.Status?.FeaturesDelivered ?? 0) - task.PredictedOf.GetValueOrDefault(vehicle.Name))));

    public bool AllOffline()
    {
        lock (_gate)
        {
            return Array.TrueForAll(_vehicles, v => v.Status is { Online: false });
        }
    }

    /// <summary>Reads under the lock.</summary>
    public T Read<T>(Func<IReadOnlyList<VehicleTally>, IReadOnlyList<TaskTally>, IReadOnlyDictionary<string, HeadConsumerStatus>, T> read)
    {
        lock (_gate)
        {
            return read(_vehicles, _tasks, _consumers);
        }
    }

    /// <summary>Unix microseconds.</summary>
    public long Now() => (_time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    private TaskTally? Find(string task) => Array.Find(_tasks, t => t.Name == task);

    private Answer[] Frame(string vehicle, FrameId frame)
    {
        if (_frames.TryGetValue((vehicle, frame), out var answers))
        {
            return answers;
        }

        answers = new Answer[_tasks.Length];
        _frames.Add((vehicle, frame), answers);
        _order.Enqueue((vehicle, frame));
        if (_order.Count > FramesKept)
        {
            _frames.Remove(_order.Dequeue());
            Array.ForEach(_tasks, task => task.Forget((Now() / 1_000_000) - 600));
        }

        return answers;
    }

    private void Judge(TaskTally task, string vehicle, Answer answer)
    {
        if (answer is { Head: not null, Label: not null })
        {
            task.Score(task.Classes[answer.Class] == answer.Label, vehicle == _shiftedVehicle, answer.CapturedAt, answer.Renewed ? DemoPhase.Renewed : PhaseOf(task, answer.CapturedAt));
        }
    }

    private DemoPhase PhaseOf(TaskTally task, long capturedAt) =>
        _shiftedFrom is null || capturedAt < _shiftedFrom ? DemoPhase.Usual
        : capturedAt < _shiftSettled ? DemoPhase.Changing
        : task.SwappedAt is null || capturedAt <= task.SwappedAt ? DemoPhase.Shifted
        : DemoPhase.Recovered;

    private readonly record struct Answer(string? Head, int Class, long CapturedAt, string? Label, bool Renewed);
}
