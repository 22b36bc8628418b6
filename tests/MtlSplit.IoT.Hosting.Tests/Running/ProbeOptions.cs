using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using MtlSplit.IoT.Hosting.Settings;

namespace MtlSplit.IoT.Hosting.Tests.Running;

public sealed class ProbeOptions
{
    [BusId]
    public string? Fleet { get; set; }

    [Range(1, 100)]
    public int Rate { get; set; } = 10;

    [DurationRange("00:00:01", "00:01:00")]
    public TimeSpan Pause { get; set; } = TimeSpan.FromSeconds(5);
}

[OptionsValidator]
public sealed partial class ProbeOptionsValidator : IValidateOptions<ProbeOptions>;
