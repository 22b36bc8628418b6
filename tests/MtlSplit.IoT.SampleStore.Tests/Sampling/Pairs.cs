namespace MtlSplit.IoT.SampleStore.Tests.Sampling;

internal static class Pairs
{
    /// <summary>Each element with the one after it.</summary>
    public static IEnumerable<(T First, T Second)> Pairwise<T>(this IEnumerable<T> source)
    {
        var all = source.ToList();
        return all.Zip(all.Skip(1));
    }
}
