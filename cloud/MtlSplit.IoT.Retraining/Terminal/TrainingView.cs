using MtlSplit.IoT.Training.Joint;
using Spectre.Console;

namespace MtlSplit.IoT.Retraining.Terminal;

/// <summary>Shows a run as it goes: a bar on a terminal, plain lines elsewhere.</summary>
internal sealed class TrainingView(IAnsiConsole console, IReadOnlyList<string> tasks, TimeProvider time)
{
    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(10);

    /// <summary>Runs training and shows its progress.</summary>
    public TrainingResult Show(Func<IProgress<TrainingProgress>, TrainingResult> run)
    {
        if (!console.Profile.Capabilities.Interactive || !console.Profile.Capabilities.Ansi)
        {
            return run(new Lines(this));
        }

        return console.Progress()
            .AutoClear(false)
            .Columns(new ProgressBarColumn(), new PercentageColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
            .Start(context => run(new Bars(this, context)));
    }

    /// <summary>One line about where a run stands.</summary>
    public string Line(TrainingProgress progress)
    {
        var loss = string.Join("  ", tasks.Select((task, i) => $"{task} {progress.Loss[i]:F4}"));
        return $"epoch {progress.Epoch}/{progress.Epochs}  step {progress.Step}/{progress.Steps}  loss {loss}  {progress.ImagesPerSecond:F0} images/s  {progress.Remaining:hh\\:mm\\:ss} left";
    }

    /// <summary>One line about a finished epoch.</summary>
    public string Line(EpochRecord epoch)
    {
        var accuracy = string.Join("  ", tasks.Select((task, i) => $"{task} {epoch.ValidationAccuracy[i]:P2} (loss {epoch.ValidationLoss[i]:F4})"));
        return $"epoch {epoch.Epoch} done at rate {epoch.LearningRate:G3}  validation {accuracy}";
    }

    private sealed class Lines(TrainingView view) : IProgress<TrainingProgress>
    {
        private long? _last;

        public void Report(TrainingProgress value)
        {
            if (value.Finished is { } epoch)
            {
                view.Write(view.Line(epoch));
            }
            else if (_last is not { } last || view.Elapsed(last) >= LineInterval)
            {
                _last = view.Now;
                view.Write(view.Line(value));
            }
        }
    }

    private sealed class Bars(TrainingView view, ProgressContext context) : IProgress<TrainingProgress>
    {
        private ProgressTask? _bar;

        public void Report(TrainingProgress value)
        {
            _bar ??= context.AddTask("", maxValue: (double)value.Epochs * value.Steps);
            _bar.Value = ((double)(value.Epoch - 1) * value.Steps) + value.Step;
            _bar.Description = Markup.Escape(view.Line(value));
            if (value.Finished is { } epoch)
            {
                view.Write(view.Line(epoch));
            }
        }
    }

    private long Now => time.GetTimestamp();

    private TimeSpan Elapsed(long since) => time.GetElapsedTime(since);

    private void Write(string line) => console.WriteLine(line);
}
