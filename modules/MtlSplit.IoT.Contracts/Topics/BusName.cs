using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace MtlSplit.IoT.Contracts.Topics;

/// <summary>The rule for ids that stand in topics: 1 to 64 characters of <c>A-Z a-z 0-9 . _ -</c>.</summary>
public static class BusName
{
    /// <summary>The longest id, in characters.</summary>
    public const int MaxLength = 64;

    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    /// <summary>Whether an id may stand in a topic.</summary>
    public static bool IsValid([NotNullWhen(true)] string? value) => value is not null && IsValid(value.AsSpan());

    /// <summary>Whether an id may stand in a topic.</summary>
    public static bool IsValid(ReadOnlySpan<char> value) =>
        value.Length is > 0 and <= MaxLength && !value.ContainsAnyExcept(Allowed);

    /// <summary>Returns the id, or refuses it by name.</summary>
    /// <param name="value">The id.</param>
    /// <param name="what">What it identifies, for the message: fleet, vehicle, task, consumer.</param>
    /// <exception cref="BusNameException">The id may not stand in a topic.</exception>
    public static string Require(string? value, string what) =>
        IsValid(value) ? value : throw new BusNameException(what, value);
}
