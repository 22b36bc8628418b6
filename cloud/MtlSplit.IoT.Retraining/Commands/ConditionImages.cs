using MtlSplit.IoT.Training.Datasets;
using MtlSplit.IoT.Training.Disturbances;
using MtlSplit.IoT.Training.Loading;

namespace MtlSplit.IoT.Retraining.Commands;

/// <summary>The same samples of a data set as they look under one condition or another.</summary>
/// <param name="data">The data set.</param>
/// <param name="samples">The samples.</param>
/// <param name="seed">Decides whatever a disturbance leaves to chance.</param>
/// <param name="threads">How many threads may work.</param>
internal sealed class ConditionImages(IDataSet data, IReadOnlyList<int> samples, ulong seed, int threads)
{
    private ImageSet? _clean;

    /// <summary>Says at once what would fail later.</summary>
    /// <exception cref="DataSetException">A condition cannot be had with this data set.</exception>
    public void Require(IEnumerable<string> conditions)
    {
        foreach (var condition in conditions.Where(LightShift.IsMeant))
        {
            LightShift.Parse(condition).Of(data);
        }
    }

    /// <summary>The images under a condition.</summary>
    /// <exception cref="DataSetException">It cannot be had with this data set, or the data does not read.</exception>
    public ImageSet Of(string condition, CancellationToken stop)
    {
        if (LightShift.IsMeant(condition))
        {
            return LightShift.Parse(condition).Of(data).Read(samples, threads, stop);
        }

        _clean ??= data.Read(samples, threads, stop);
        return condition == DisturbanceListOption.Clean ? _clean : DisturbedImages.Of(_clean, Disturbance.Parse(condition), seed, threads, stop);
    }
}
