namespace MtlSplit.IoT.Contracts.Twins;

/// <summary>How a vehicle publishes features; what is not set stays as the module's own settings say.</summary>
public sealed record PublishTarget
{
    /// <summary>The encoding variant, by name; the contract must list it.</summary>
    public string? Encoding { get; init; }

    /// <summary>Frames a second of the sources that have a rate.</summary>
    public double? Rate { get; init; }

    internal void Check(string path)
    {
        if (Encoding is not (null or "u8" or "f16" or "f32"))
        {
            throw new BackboneTwinException($"{path}.encoding", $"'{Encoding}' is not u8, f16 or f32");
        }

        if (Rate is { } rate && !(rate is > 0 and <= 1000))
        {
            throw new BackboneTwinException($"{path}.rate", $"{rate} is not a rate, more than 0 and at most 1000 frames a second");
        }
    }
}
