using System.ComponentModel.DataAnnotations;
using MtlSplit.IoT.Backbone.Extraction;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Hosting.Settings;

namespace MtlSplit.IoT.Backbone;

/// <summary>What this process is and how much it holds. Section <c>Backbone</c>.</summary>
internal sealed class BackboneOptions
{
    public const string Section = "Backbone";

    /// <summary>The fleet. A module's twin may say it instead.</summary>
    [BusId(IsOptional = true)]
    public string Fleet { get; set; } = "";

    /// <summary>The vehicle. A module's twin may say it instead; else a module's vehicle is its device.</summary>
    [BusId(IsOptional = true)]
    public string Vehicle { get; set; } = "";

    /// <summary>The folder of the bundle to run; for a module that of the bundle that it came with, if any.</summary>
    public string Bundle { get; set; } = "";

    /// <summary>The folder where a module keeps the bundles that it was told to run.</summary>
    public string Store { get; set; } = "";

    /// <summary>The folder, or the file, of the public keys whose bundles a module accepts, PEM.</summary>
    public string Keys { get; set; } = "";

    /// <summary>The encoding's name.</summary>
    [AllowedValues(EncodingVariant.Float32, EncodingVariant.Float16, EncodingVariant.UInt8, ErrorMessage = "The {0} must be f32, f16 or u8.")]
    public string Encoding { get; set; } = EncodingVariant.UInt8;

    /// <summary>Frames worked on at the same time, one thread and one session each.</summary>
    [Range(1, 64)]
    public int Workers { get; set; } = 1;

    /// <summary>Frames to capture before stopping; null: no end.</summary>
    [Range(1, long.MaxValue)]
    public long? Frames { get; set; }

    /// <summary>Captured frames that may wait for a worker.</summary>
    [Range(1, 4096)]
    public int WaitingFrames { get; set; } = 4;

    /// <summary>What happens to a new frame when the waiting ones are as many as allowed.</summary>
    public WhenBusy WhenBusy { get; set; } = WhenBusy.DropOldest;

    /// <summary>Where features are kept on disk until the broker has taken them and somebody subscribes; null: in memory.</summary>
    public string? OutboxFolder { get; set; }

    /// <summary>Bytes of the disk that they may take. When there are more, the oldest are dropped and counted.</summary>
    [Range(Storage.Journals.JournalOptions.LeastMaxBytes, 1L << 40)]
    public long OutboxBytes { get; set; } = 64L << 20;

    /// <summary>The longest that a feature which was not delivered waits for its sync: what a power cut may cost.</summary>
    [DurationRange("00:00:00.01", "01:00:00")]
    public TimeSpan OutboxSyncWindow { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Features kept where they are kept in memory. When there are more, the oldest is dropped and counted.</summary>
    [Range(512, 1 << 20)]
    public int OutboxFeatures { get; set; } = 2048;

    /// <summary>How long a feature may wait and still count as live. Older ones are the backlog: it goes beside live features, in its own order, and says that it is late.</summary>
    [DurationRange("00:00:00.1", "01:00:00")]
    public TimeSpan FreshFor { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>The pause before a feature that nobody subscribed to is offered again; doubles up to <see cref="MaxRetryDelay"/>.</summary>
    [DurationRange("00:00:00.01", "00:01:00")]
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest such pause.</summary>
    [DurationRange("00:00:00.01", "00:10:00")]
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a stop waits for features to be delivered.</summary>
    [DurationRange("00:00:00", "00:05:00")]
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The same for a vehicle of which somebody else said who it is.</summary>
    public BackboneOptions For(string fleet, string vehicle)
    {
        var copy = (BackboneOptions)MemberwiseClone();
        (copy.Fleet, copy.Vehicle) = (fleet, vehicle);
        return copy;
    }
}
