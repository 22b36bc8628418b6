using System.CommandLine;
using System.Runtime.InteropServices;
using MtlSplit.IoT.Hosting.Commands;
using MtlSplit.IoT.Hosting.Running;
using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Contracts.Heads;
using MtlSplit.IoT.Contracts.Topics;
using MtlSplit.IoT.Inference.Sessions;
using MtlSplit.IoT.OnnxAuthoring.Reading;
using MtlSplit.IoT.Retraining.DriftWatching;
using MtlSplit.IoT.SampleStore;
using MtlSplit.IoT.Training.Datasets;
using MtlSplit.IoT.Training.Export;
using MtlSplit.IoT.Training.Joint;
using MtlSplit.IoT.Training.Native;
using MtlSplit.IoT.Training.Pictures;
using MtlSplit.IoT.Training.Weights;

namespace MtlSplit.IoT.Retraining.Commands;

/// <summary>Runs what a command does: Ctrl-C and SIGTERM cancel it, and what its user can cure becomes a line and an exit code.</summary>
internal static class CommandRun
{
    /// <summary>Makes work the action of a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="work">Gets the parsed flags and a token that Ctrl-C cancels; returns the exit code.</param>
    public static void Does(this Command command, Func<ParseResult, CancellationToken, int> work) =>
        command.SetAction((parsed, cancellation) => RunAsync(parsed, work, cancellation));

    private static async Task<int> RunAsync(ParseResult parsed, Func<ParseResult, CancellationToken, int> work, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        ParentWatch.Start(Cancel);
        try
        {
            return await Task.Run(() => work(parsed, stop.Token), CancellationToken.None);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("stopped");
            return ExitCode.Failed;
        }
        catch (ArgumentException e)
        {
            // Values that parse but cannot be; the message names them.
            return await CommandLine.RefuseAsync(e.Message);
        }
        catch (Exception e) when (IsExpected(e))
        {
            await Console.Error.WriteLineAsync($"error: {e.Message}");
            return ExitCode.Failed;
        }

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            Cancel();
        }

        void Cancel()
        {
            try
            {
                stop.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // It has ended meanwhile.
            }
        }
    }

    private static bool IsExpected(Exception e) => e is StartException or SampleStoreException or HeadException or RetrainingStateException or TensorFileException or CheckpointMismatchException or TrainingDivergedException
        or ExportException or DataSetException or PictureException or BundleException or BusNameException or TorchLoadException or InferenceModelException or OnnxReadException or IOException or UnauthorizedAccessException;
}
