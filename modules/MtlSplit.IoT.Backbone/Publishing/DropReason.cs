using MtlSplit.IoT.Messaging;

namespace MtlSplit.IoT.Backbone.Publishing;

/// <summary>Why a feature was given up, as counted.</summary>
internal static class DropReason
{
    /// <summary>The outbox was full and this was the oldest.</summary>
    public const string OutboxFull = "outbox-full";

    /// <summary>The disk had no room for it and it had waited too long in memory.</summary>
    public const string DiskFull = "disk-full";

    /// <summary>The disk failed and it had waited too long in memory.</summary>
    public const string DiskFailed = "disk-failed";

    /// <summary>It is longer than a quarter of the outbox and had waited too long in memory.</summary>
    public const string TooLong = "too-long-for-outbox";

    /// <summary>What was stored of it is not what was written.</summary>
    public const string Damaged = "outbox-damaged";

    /// <summary>The network's answer held a value that is not a number.</summary>
    public const string NotFinite = "not-finite";

    /// <summary>The process stopped before the broker took it.</summary>
    public const string Stopped = "stopped";

    /// <summary>The broker refused it for a reason that repeating does not cure.</summary>
    public static string Refused(byte reasonCode) => $"refused: {BusReasons.NameOf(reasonCode)}";
}
