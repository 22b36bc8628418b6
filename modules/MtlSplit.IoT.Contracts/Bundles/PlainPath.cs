namespace MtlSplit.IoT.Contracts.Bundles;

/// <summary>
/// The paths that files of a bundle may have: below its folder, with forward slashes, of characters that every file system stores as they
/// are.
/// </summary>
internal static class PlainPath
{
    private const int Longest = 200;
    private const int Deepest = 8;

    public static bool IsValid(string path)
    {
        var parts = path.Split('/');
        return path.Length <= Longest
            && parts.Length <= Deepest
            && path.All(static c => c is > ' ' and <= '~' and not ('\\' or ':' or '*' or '?' or '"' or '<' or '>' or '|'))
            && parts.All(static part => part is not ("" or "." or ".."));
    }

    /// <summary>The folders that lead to a file: <c>a</c> and <c>a/b</c> for <c>a/b/c</c>.</summary>
    public static IEnumerable<string> Above(string path)
    {
        for (var slash = path.IndexOf('/', StringComparison.Ordinal); slash > 0; slash = path.IndexOf('/', slash + 1))
        {
            yield return path[..slash];
        }
    }

    /// <summary>A path that somebody made up, fit to be shown: short, and without control characters.</summary>
    public static string ForPeople(string path) =>
        string.Concat(path.Take(Longest).Select(static c => char.IsControl(c) ? '?' : c)) + (path.Length > Longest ? "..." : "");
}
