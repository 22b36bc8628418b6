using System.Text.Json.Nodes;
using MtlSplit.IoT.OnnxAuthoring.Description;
using MtlSplit.IoT.Retraining.Runs;
using MtlSplit.IoT.Training.Datasets;
using MtlSplit.IoT.Training.Evaluation;
using MtlSplit.IoT.Training.Joint;
using MtlSplit.IoT.Training.Networks;
using Xunit;

namespace MtlSplit.IoT.Retraining.Tests.Runs;

public sealed class RunFolderTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mtlsplit-test-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Run_OfAnEarlierVersion_StillReads()
    {
        var folder = new RunFolder(_folder.FullName);
        folder.Write(Record(), Model());
        // Earlier versions knew neither augmentation nor data sets in files.
        var json = JsonNode.Parse(File.ReadAllText(folder.Record))!;
        Assert.True(json["options"]!.AsObject().Remove("augment"));
        json["data"]!.AsObject().Remove("file");
        File.WriteAllText(folder.Record, json.ToJsonString());

        var (record, _) = folder.Read();

        Assert.Empty(record.Options.Augment);
        Assert.IsType<RenderedShapes3D>(record.Data.Open());
    }

    [Fact]
    public void Data_OfARun_SaysInWordsWhatItIs()
    {
        var data = new RunData("3D Shapes, rendered, standard light", 7, 1000, 100, 500);

        var words = data.Describe(data.Open());

        Assert.Equal(
            "3D Shapes, rendered, standard light; 1,000 images to train on and 100 to choose the epoch, drawn by seed 7 from the 360,000 without test pairs of floor and wall hue; 500 of the 120,000 with unseen pairs to test on",
            words);
        Assert.Empty(data.TrainingSamples(data.Open()).Intersect(data.ValidationSamples(data.Open())));

        // What an export calibrates the 8-bit range on was learned from.
        Assert.Empty((data with { Training = 200 }).TrainingSamples(data.Open()).Except(data.TrainingSamples(data.Open())));
    }

    private static RunRecord Record() => new()
    {
        Command = "mtlsplit train",
        Code = "1",
        Options = new TrainingOptions { Tasks = ["object_shape"], Augment = ["hue:5"] },
        Data = new RunData("3D Shapes, rendered, standard light", 7, 1000, 100, 500),
        BestEpoch = 1,
        History = [],
        Test = new ConditionScores("clean", []),
    };

    private static TrainedModel Model()
    {
        var backbone = NetworkCatalog.Describe("tiny-conv", 64, 64);
        var weights = new NetworkWeights();
        foreach (var parameter in LayerParameters.Of(backbone.Body))
        {
            weights.Add(parameter.Name, parameter.Shape, new float[parameter.Shape.Aggregate(1, (product, side) => product * (int)side)]);
        }

        return new TrainedModel(backbone, weights, []);
    }
}
