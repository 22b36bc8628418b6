using System.CommandLine;
using MtlSplit.IoT.Training.Datasets;
using MtlSplit.IoT.Training.Loading;

namespace MtlSplit.IoT.Retraining.Commands;

/// <summary>The flags that choose images of a data set.</summary>
internal sealed class SampleChoice
{
    private const string All = "all";
    private const string Training = "training";
    private const string Test = "test";

    private readonly Option<string> _data = DataOption.Create();
    private readonly Option<string> _split = new Option<string>("--split")
    {
        Description = "Which images: those that training may see, those that it never sees, or any.",
        DefaultValueFactory = _ => All,
    }.AcceptOnlyFromAmong(All, Training, Test);

    private readonly Option<int> _count;
    private readonly Option<int> _seed = CountOption.Create("--seed", 1, 0, int.MaxValue, "Decides which images are drawn.");

    public SampleChoice(int standard, int most) => _count = CountOption.Create("--count", standard, 1, most, "How many images.");

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _data, _split, _count, _seed })
        {
            command.Add(option);
        }
    }

    /// <summary>Opens the data set and draws from it.</summary>
    /// <exception cref="ArgumentException">There are not so many images.</exception>
    public (IDataSet Data, int[] Samples, string Words) Draw(ParseResult parsed)
    {
        var data = DataSource.Open(parsed.GetValue(_data)!);
        var (split, count, seed) = (parsed.GetValue(_split)!, parsed.GetValue(_count), (ulong)parsed.GetValue(_seed));
        var there = split switch { Training => data.Split.LearningCount, Test => data.Split.TestCount, _ => data.Count };
        var given = parsed.GetResult(_count) is { Implicit: false };
        if (count > there && given)
        {
            throw new ArgumentException($"--count: {count:N0} images are asked for; there are {there:N0}.");
        }

        count = Math.Min(count, there);
        var samples = split switch
        {
            Training => data.Split.Training(seed, count),
            Test => data.Split.Test(seed, count),
            _ => SeededOrder.Of(seed, -1, there)[..count],
        };
        var kind = split switch { Training => "training images", Test => "test images", _ => "images" };
        return (data, samples, $"{count:N0} of {there:N0} {kind}, seed {seed}");
    }
}
