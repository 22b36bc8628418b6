using MtlSplit.IoT.Images;

namespace MtlSplit.IoT.Cli.Images;

/// <summary>What is to be built. Immutable.</summary>
internal sealed record ImageRequest
{
    /// <summary>The archive to write.</summary>
    public required string File { get; init; }

    /// <summary>What for.</summary>
    public required IReadOnlyList<Platform> Platforms { get; init; }

    /// <summary>The images' name.</summary>
    public required string Name { get; init; }

    /// <summary>Their tag.</summary>
    public required string Tag { get; init; }

    /// <summary>The checkout; null: the one around.</summary>
    public string? Source { get; init; }

    /// <summary>The program published before; null: publish it.</summary>
    public string? Program { get; init; }

    /// <summary>The folder of Debian's packages; null: the checkout's.</summary>
    public string? Packages { get; init; }

    /// <summary>The folder of the public keys to take along; null: none.</summary>
    public string? Keys { get; init; }

    /// <summary>Whether to compile ahead of time where that can be done.</summary>
    public bool MayCompile { get; init; } = true;
}
