using System.Text.RegularExpressions;

namespace MtlSplit.IoT.EdgeRuntime.Running.Containers;

/// <summary>An image's name as deployments write it, <c>[host[:port]/]path[:tag][@digest]</c>, in the parts that an engine asks for. Immutable.</summary>
/// <param name="Name">Registry and path, without tag and digest.</param>
/// <param name="Version">What to fetch: the digest where there is one, since it alone never moves; else the tag, <c>latest</c> if there is none.</param>
internal sealed partial record ImageReference(string Name, string Version)
{
    // A first part with a dot or a colon, or localhost, is a registry; everything after it is the path.
    private const string Host = @"(?:localhost|[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+|[A-Za-z0-9-]+:[0-9]{1,5})(?::[0-9]{1,5})?/";
    private const string Part = @"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*";

    /// <summary>Takes a name apart.</summary>
    /// <exception cref="FormatException">It is none; names the rule.</exception>
    public static ImageReference Parse(string image)
    {
        var match = Pattern().Match(image);
        if (!match.Success)
        {
            throw new FormatException($"'{image}' is no image: [host[:port]/]path[:tag][@sha256:digest], the path in lower case.");
        }

        var digest = match.Groups["digest"];
        var tag = match.Groups["tag"];
        return new ImageReference(match.Groups["name"].Value, digest.Success ? digest.Value : tag.Success ? tag.Value : "latest");
    }

    [GeneratedRegex(
        $@"^(?<name>(?:{Host})?{Part}(?:/{Part})*)(?::(?<tag>[A-Za-z0-9_][A-Za-z0-9_.-]{{0,127}}))?(?:@(?<digest>sha256:[0-9a-f]{{64}}))?\z",
        RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Pattern();
}
