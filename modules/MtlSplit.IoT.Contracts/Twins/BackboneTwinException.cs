using System.Text.Json;

namespace MtlSplit.IoT.Contracts.Twins;

/// <summary>Properties of a backbone module that cannot be used. The message names the path and says what is wrong there.</summary>
public sealed class BackboneTwinException(string path, string problem, Exception? cause = null)
    : FormatException(path.Length == 0 ? problem : $"{path}: {problem}", cause)
{
    /// <summary>Where, such as <c>bundle.digest</c>; empty for the whole.</summary>
    public string Path { get; } = path;

    /// <summary>What is wrong there.</summary>
    public string Problem { get; } = problem;

    internal static BackboneTwinException From(JsonException e)
    {
        var path = e.Path is { } text && text.StartsWith('$') ? text[1..].TrimStart('.') : "";

        // The library ends its messages with where it was; the path is said already.
        var message = e.Message.Split(" Path: ", 2)[0];
        return new BackboneTwinException(path, message, e);
    }
}
