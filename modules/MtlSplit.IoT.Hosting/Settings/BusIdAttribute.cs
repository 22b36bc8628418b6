using System.ComponentModel.DataAnnotations;
using MtlSplit.IoT.Contracts.Topics;

namespace MtlSplit.IoT.Hosting.Settings;

/// <summary>A setting that stands in topics: fleet, vehicle, task or consumer. See <see cref="BusName"/>.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class BusIdAttribute : ValidationAttribute
{
    /// <summary>Whether it may be empty; false by default.</summary>
    public bool IsOptional { get; set; }

    /// <inheritdoc/>
    public override bool IsValid(object? value) => value is string id && ((IsOptional && id.Length == 0) || BusName.IsValid(id));

    /// <inheritdoc/>
    public override string FormatErrorMessage(string name) => $"The {name} must be a name: 1 to {BusName.MaxLength} of A-Z a-z 0-9 . _ -";
}
