using System.Text.Json;
using MtlSplit.IoT.Training.Weights;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MtlSplit.IoT.Training.Joint;

/// <summary>Everything that changes during a run, and its way to a file and back. Not thread-safe.</summary>
internal sealed class TrainingState(JointModel model, AdamW optimizer, int tasks)
{
    private const string HeaderKey = "mtlsplit.run";
    private const string OptimizerName = "optimizer";
    private const string RandomName = "random";

    public int Epoch { get; private set; }

    public int Step { get; private set; }

    public double[] LossSums { get; private set; } = new double[tasks];

    public List<EpochRecord> History { get; } = [];

    public int BestEpoch { get; private set; }

    public TrainedModel? Best { get; private set; }

    public IReadOnlyList<double> MeanLoss => [.. LossSums.Select(sum => sum / Math.Max(1, Step))];

    public void AddStep(ReadOnlySpan<double> losses)
    {
        Step++;
        for (var i = 0; i < losses.Length; i++)
        {
            LossSums[i] += losses[i];
        }
    }

    public void EndEpoch(EpochRecord record)
    {
        History.Add(record);
        if (BestEpoch == 0 || IsBetter(record, History[BestEpoch - 1]))
        {
            BestEpoch = record.Epoch;
            Best = model.Save();
        }

        Epoch++;
        Step = 0;
        Array.Clear(LossSums);
    }

    public void Write(string path, TrainingOptions options, string trainingDigest, string validationDigest)
    {
        var file = new TensorFile();
        var header = new CheckpointHeader(options, trainingDigest, validationDigest, Epoch, Step, LossSums, BestEpoch, [.. History]);
        file.Metadata[HeaderKey] = JsonSerializer.Serialize(header, JointJson.Default.CheckpointHeader);
        model.Save().Put(file, "now.");
        Best?.Put(file, "best.");
        using var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true))
        {
            optimizer.save_state_dict(writer);
        }

        Put(file, OptimizerName, stream.ToArray());
        using var random = get_rng_state();
        Put(file, RandomName, random.data<byte>().ToArray());
        file.Write(path);
    }

    public void Read(string path, TrainingOptions options, string trainingDigest, string validationDigest)
    {
        var file = TensorFile.Read(path);
        var header = ReadHeader(file, path);
        RequireSame(path, header, options, trainingDigest, validationDigest);
        if (!file.Tensors.TryGetValue(OptimizerName, out var state) || !file.Tensors.TryGetValue(RandomName, out var random))
        {
            throw new TensorFileException(path, "is not a whole checkpoint");
        }

        model.Load(TrainedModel.Get(file, path, "now."));
        Best = header.BestEpoch > 0 ? TrainedModel.Get(file, path, "best.") : null;
        try
        {
            using var reader = new BinaryReader(new MemoryStream(state.Bytes.ToArray()));
            optimizer.load_state_dict(reader);
        }
        catch (Exception e) when (e is IOException or ArgumentException or InvalidOperationException)
        {
            throw new TensorFileException(path, $"holds an optimiser state that does not read: {e.Message.TrimEnd('.')}", e);
        }

        using var generator = tensor(random.Bytes.ToArray());
        set_rng_state(generator);
        (Epoch, Step, LossSums, BestEpoch) = (header.Epoch, header.Step, header.LossSums, header.BestEpoch);
        History.Clear();
        History.AddRange(header.History);
    }

    private static bool IsBetter(EpochRecord record, EpochRecord best)
    {
        var (accuracy, other) = (record.ValidationAccuracy.Average(), best.ValidationAccuracy.Average());
        return accuracy > other || (accuracy == other && record.ValidationLoss.Sum() < best.ValidationLoss.Sum());
    }

    private static CheckpointHeader ReadHeader(TensorFile file, string path)
    {
        try
        {
            return JsonSerializer.Deserialize(file.Metadata.GetValueOrDefault(HeaderKey, "null"), JointJson.Default.CheckpointHeader)
                ?? throw new TensorFileException(path, "is not a checkpoint");
        }
        catch (JsonException e)
        {
            throw new TensorFileException(path, $"holds a run that does not read: {e.Message.TrimEnd('.')}", e);
        }
    }

    private static void RequireSame(string path, CheckpointHeader header, TrainingOptions options, string trainingDigest, string validationDigest)
    {
        if (header.TrainingDigest != trainingDigest || header.ValidationDigest != validationDigest)
        {
            throw new CheckpointMismatchException(path, "its data differs");
        }

        using var mine = JsonSerializer.SerializeToDocument(options, JointJson.Default.TrainingOptions);
        using var its = JsonSerializer.SerializeToDocument(header.Options, JointJson.Default.TrainingOptions);
        foreach (var property in mine.RootElement.EnumerateObject())
        {
            var other = its.RootElement.GetProperty(property.Name);
            if (!JsonElement.DeepEquals(property.Value, other))
            {
                throw new CheckpointMismatchException(path, $"its {property.Name} is {other.GetRawText()}, not {property.Value.GetRawText()}");
            }
        }
    }

    private static void Put(TensorFile file, string name, byte[] bytes) =>
        file.Tensors.Add(name, new StoredTensor(TensorElement.U8, [bytes.Length], bytes));
}
