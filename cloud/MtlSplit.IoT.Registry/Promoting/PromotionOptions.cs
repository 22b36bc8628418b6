using MtlSplit.IoT.Registry.Registering;

namespace MtlSplit.IoT.Registry.Promoting;

/// <summary>What a promotion goes by.</summary>
public sealed record PromotionOptions
{
    /// <summary>For <see cref="Expected"/>: no head answers yet.</summary>
    public const string Nothing = "none";

    /// <summary>The version that whoever asks believes to be in production, or <see cref="Nothing"/>; null where they do not mind.</summary>
    public string? Expected { get; init; }

    /// <summary>Whether a head may answer that its gate refused.</summary>
    public bool DespiteGate { get; init; }

    /// <summary>The head that answers where no alias was ever set: that of a bundle. It becomes the one before, so that there is a way back.</summary>
    public RegisteredHead? InUse { get; init; }
}
