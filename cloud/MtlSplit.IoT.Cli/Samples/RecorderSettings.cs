using System.ComponentModel.DataAnnotations;
using MtlSplit.IoT.Hosting.Settings;
using MtlSplit.IoT.SampleStore.Partitions;
using MtlSplit.IoT.SampleStore.Recording;

namespace MtlSplit.IoT.Cli.Samples;

/// <summary>Settings of the recorder's process. Section <c>Recorder</c>. What each one means: <see cref="RecorderOptions"/>.</summary>
public sealed class RecorderSettings
{
    /// <summary>The section's name.</summary>
    public const string Section = "Recorder";

    /// <summary>The fleet.</summary>
    [BusId]
    public string? Fleet { get; set; }

    /// <summary>The data folder.</summary>
    [Required]
    public string? Data { get; set; }

    /// <summary>The group of the shared subscriptions.</summary>
    [BusId]
    public string Group { get; set; } = "recorder";

    /// <summary>Disk that the store may take, in bytes.</summary>
    [Range(typeof(long), "1048576", "1000000000000000")]
    public long MaxBytes { get; set; } = 8L << 30;

    /// <summary>How often the log becomes Parquet.</summary>
    [DurationRange("00:00:01", "1.00:00:00")]
    public TimeSpan CompactEvery { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The recorder's options.</summary>
    public RecorderOptions ToOptions() => new()
    {
        Fleet = Fleet!,
        DataFolder = Data!,
        Group = Group,
        Limits = new StoreLimits { MaxBytes = MaxBytes, MaxLogBytes = Math.Min(1L << 30, MaxBytes), CompactEvery = CompactEvery },
    };
}
