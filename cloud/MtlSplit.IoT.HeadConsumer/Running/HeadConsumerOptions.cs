using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using MtlSplit.IoT.Hosting.Settings;

namespace MtlSplit.IoT.HeadConsumer.Running;

/// <summary>Settings of a head consumer. Section <c>HeadConsumer</c>.</summary>
public sealed class HeadConsumerOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "HeadConsumer";

    /// <summary>The fleet.</summary>
    [BusId]
    public string Fleet { get; set; } = "";

    /// <summary>The task.</summary>
    [BusId]
    public string Task { get; set; } = "";

    /// <summary>This consumer's name, stable over restarts: the broker keeps its session by it.</summary>
    [BusId]
    public string Consumer { get; set; } = "";

    /// <summary>The folder of bundles, whose heads stand in until others are published.</summary>
    [Required]
    public string Models { get; set; } = "models";

    /// <summary>The data folder: published heads are read from it, the quarantine is written to it.</summary>
    [Required]
    public string Data { get; set; } = "data";

    /// <summary>Features in one run of the head, at most; 64 by default.</summary>
    [Range(1, 1024)]
    public int MaxBatch { get; set; } = 64;

    /// <summary>
    /// How long a feature may wait for others to share a run with, in milliseconds; 0 takes what is there. 2 by default, and
    /// only waited while fewer than <see cref="MaxBatch"/> are at hand and the last run had company.
    /// </summary>
    [Range(0.0, 1000.0)]
    public double MaxDelayMs { get; set; } = 2;

    /// <summary>How long a feature whose contract or head is not here yet is held before it is quarantined; 5 s by default.</summary>
    [DurationRange("00:00:00", "00:05:00")]
    public TimeSpan Hold { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Answered frames that are remembered, so that a repeat is answered once; 65,536 by default.</summary>
    [Range(1024, 16_777_216)]
    public int RepeatWindow { get; set; } = 65_536;

    /// <summary>How often the pointers to current heads are looked at; 200 ms by default.</summary>
    [DurationRange("00:00:00.010", "00:01:00")]
    public TimeSpan PointerInterval { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>A head that has answered nothing for so long is unloaded; 10 minutes by default. It is loaded again when needed.</summary>
    [DurationRange("00:00:01", "7.00:00:00")]
    public TimeSpan IdleHead { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Whether a stop is for good: unsubscribe first, so that the broker keeps nothing for this consumer.</summary>
    public bool Leave { get; set; }
}

[OptionsValidator]
internal sealed partial class HeadConsumerOptionsValidator : IValidateOptions<HeadConsumerOptions>;
