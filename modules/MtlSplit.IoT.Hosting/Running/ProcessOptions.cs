using MtlSplit.IoT.Hosting.Settings;

namespace MtlSplit.IoT.Hosting.Running;

/// <summary>Settings that every process has. Section <c>Process</c>.</summary>
public sealed class ProcessOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Process";

    /// <summary>How long a stop may take, from the signal to the end of the last hosted service; 15 s by default.</summary>
    [DurationRange("00:00:00.1", "00:10:00")]
    public TimeSpan StopDeadline { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Whether the end of standard input is a request to stop. A process that starts this one keeps the pipe open; it closes when
    /// that process ends, however it ends, so nothing is left running. Off by default.
    /// </summary>
    public bool StopWithParent { get; set; }
}
