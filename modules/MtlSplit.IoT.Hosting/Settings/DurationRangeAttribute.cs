using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace MtlSplit.IoT.Hosting.Settings;

/// <summary>The range of a <see cref="TimeSpan"/> setting, both ends included. Needs no reflection.</summary>
/// <param name="least">The least, as <c>[d.]hh:mm:ss[.fffffff]</c>.</param>
/// <param name="most">The most.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class DurationRangeAttribute(string least, string most) : ValidationAttribute
{
    /// <summary>The least.</summary>
    public TimeSpan Least { get; } = TimeSpan.Parse(least, CultureInfo.InvariantCulture);

    /// <summary>The most.</summary>
    public TimeSpan Most { get; } = TimeSpan.Parse(most, CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public override bool IsValid(object? value) => value is null || (value is TimeSpan duration && duration >= Least && duration <= Most);

    /// <inheritdoc/>
    public override string FormatErrorMessage(string name) => $"The {name} must be a duration between {Least} and {Most}.";
}
