using System.Text.Json;
using MtlSplit.IoT.Hosting.Running;
using MtlSplit.IoT.Training.Joint;
using MtlSplit.IoT.Training.Weights;

namespace MtlSplit.IoT.Retraining.Runs;

/// <summary>The folder of one training run: checkpoint, weights of the best epoch, and what happened.</summary>
/// <param name="folder">Its path.</param>
internal sealed class RunFolder(string folder)
{
    public string Checkpoint { get; } = Path.Combine(folder, "checkpoint.safetensors");

    public string Model { get; } = Path.Combine(folder, "model.safetensors");

    public string Record { get; } = Path.Combine(folder, "run.json");

    /// <summary>Makes the folder ready for a run.</summary>
    /// <exception cref="StartException">A run is there already and shall not be resumed, or the folder cannot be made.</exception>
    public void Prepare(bool resume)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"{folder} cannot be made: {e.Message}", e);
        }

        if (!resume && new[] { Checkpoint, Model, Record }.FirstOrDefault(File.Exists) is { } taken)
        {
            throw new StartException($"{taken} is of an earlier run; choose another --out, or go on with --resume.");
        }

        if (resume && !File.Exists(Checkpoint))
        {
            throw new StartException($"{Checkpoint} is not there, so there is nothing to resume.");
        }
    }

    /// <summary>Writes what a finished run gave.</summary>
    public void Write(RunRecord record, TrainedModel model)
    {
        model.Save(Model);
        var temporary = $"{Record}.tmp";
        File.WriteAllBytes(temporary, JsonSerializer.SerializeToUtf8Bytes(record, RunJson.Default.RunRecord));
        File.Move(temporary, Record, overwrite: true);
    }

    /// <summary>Reads what a finished run gave.</summary>
    /// <exception cref="StartException">There is no finished run, or it does not read.</exception>
    public (RunRecord Record, TrainedModel Model) Read()
    {
        try
        {
            var record = JsonSerializer.Deserialize(File.ReadAllBytes(Record), RunJson.Default.RunRecord)
                ?? throw new JsonException("it is empty");
            return (record, TrainedModel.Load(Model));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new StartException($"{Record} is not there: {folder} holds no finished run.", e);
        }
        catch (JsonException e)
        {
            throw new StartException($"{Record} does not read: {e.Message}", e);
        }
        catch (TensorFileException e)
        {
            throw new StartException(e.Message, e);
        }
    }
}
