namespace MtlSplit.IoT.Registry.Announcing;

/// <summary>One change of the registry, as it is announced.</summary>
public sealed record RegistryChange
{
    /// <summary>What changed.</summary>
    public required ChangeKind Kind { get; init; }

    /// <summary>What it is about: a head's version, a run's, a bundle's digest.</summary>
    public required string Subject { get; init; }

    /// <summary>When, Unix microseconds.</summary>
    public required long At { get; init; }

    /// <summary>The fleet; null where it is of none in particular.</summary>
    public string? Fleet { get; init; }

    /// <summary>The contract, 64 hex digits, where it is about one.</summary>
    public string? Contract { get; init; }

    /// <summary>The task, where it is about one.</summary>
    public string? Task { get; init; }

    /// <summary>Who.</summary>
    public string? By { get; init; }

    /// <summary>Why, in their words or the gate's.</summary>
    public string? Why { get; init; }

    /// <summary>The version before, where an alias moved.</summary>
    public string? From { get; init; }

    /// <summary>The version since, where an alias moved.</summary>
    public string? To { get; init; }

    /// <summary>
    /// The document that makes the change true: its path in the registry's folder. A change is queued before it takes effect, so that no crash
    /// comes between the two; one whose document never came is not announced.
    /// </summary>
    public string? Evidence { get; init; }

    /// <summary>The SHA-256 of that document.</summary>
    public string? EvidenceDigest { get; init; }
}
