using System.ComponentModel.DataAnnotations;
using MtlSplit.IoT.Hosting.Settings;
using MtlSplit.IoT.SampleStore.Partitions;
using MtlSplit.IoT.SampleStore.Recording;
using MtlSplit.IoT.SampleStore.Sampling;

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

    /// <summary>Disk that the fleet's partition files may take, in bytes; null: no bound beside the store's.</summary>
    [Range(typeof(long), "1048576", "1000000000000000")]
    public long? MaxFleetBytes { get; set; }

    /// <summary>How long a day is kept after it ended; null: until bytes are short.</summary>
    [DurationRange("01:00:00", "3653.00:00:00")]
    public TimeSpan? MaxAge { get; set; }

    /// <summary>The share of all frames in the uniform stream.</summary>
    [Range(0, SamplingPlan.MaxUniformRate)]
    public double UniformRate { get; set; } = new SamplingPlan().UniformRate;

    /// <summary>Frames a second and vehicle that the need stream keeps on average; null: all.</summary>
    [Range(0.001, 100_000)]
    public double? NeedRate { get; set; }

    /// <summary>The key of the hash that draws frames for streams.</summary>
    [Required]
    public string SamplingKey { get; set; } = new SamplingPlan().Key;

    /// <summary>How often the log becomes Parquet.</summary>
    [DurationRange("00:00:01", "1.00:00:00")]
    public TimeSpan CompactEvery { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The recorder's options.</summary>
    public RecorderOptions ToOptions() => new()
    {
        Fleet = Fleet!,
        DataFolder = Data!,
        Group = Group,
        Sampling = new SamplingPlan { UniformRate = UniformRate, NeedPerSecond = NeedRate, Key = SamplingKey },
        Limits = new StoreLimits { MaxBytes = MaxBytes, MaxFleetBytes = MaxFleetBytes, MaxAge = MaxAge, MaxLogBytes = Math.Min(1L << 30, MaxBytes), CompactEvery = CompactEvery },
    };
}
