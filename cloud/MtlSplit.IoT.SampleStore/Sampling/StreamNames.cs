namespace MtlSplit.IoT.SampleStore.Sampling;

/// <summary>The streams' names in files. They never change.</summary>
internal static class StreamNames
{
    public const string Uniform = "uniform";
    public const string Need = "need";

    /// <summary>Of a uniform stream that kept everything, as all rows were before there were streams, nothing is kept apart.</summary>
    public const string KeptApart = $"(stream = '{Uniform}' AND inclusion_probability < 1)";

    public static string Of(StreamKind stream) => stream == StreamKind.Need ? Need : Uniform;

    public static StreamKind Parse(string name) => name == Need ? StreamKind.Need : StreamKind.Uniform;
}
