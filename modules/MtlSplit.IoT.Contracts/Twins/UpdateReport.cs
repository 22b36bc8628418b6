namespace MtlSplit.IoT.Contracts.Twins;

/// <summary>How far an update came.</summary>
public sealed record UpdateReport
{
    /// <summary>The bundle that was wanted, 64 hex digits.</summary>
    public required string Digest { get; init; }

    /// <summary>The step it is at, or where it ended: a step's name, <c>provisional</c>, <c>proven</c>, <c>refused</c> or <c>rolled-back</c>.</summary>
    public required string State { get; init; }

    /// <summary>Why it was refused or taken back: a stable code; null: it was not.</summary>
    public string? Code { get; init; }

    /// <summary>The same in words.</summary>
    public string? Reason { get; init; }

    /// <summary>When it came here, Unix microseconds.</summary>
    public long At { get; init; }

    /// <summary>Seconds from the desired change to the first feature of the new bundle; null: it has not come so far.</summary>
    public double? Seconds { get; init; }

    /// <summary>Frames captured between the desired change and the first new feature that have no feature; null: not known yet.</summary>
    public long? FramesLost { get; init; }
}
