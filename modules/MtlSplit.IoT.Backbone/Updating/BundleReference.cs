using MtlSplit.IoT.Contracts.Twins;

namespace MtlSplit.IoT.Backbone.Updating;

/// <summary>A bundle that a vehicle is told to run, and where its archive is.</summary>
internal sealed record BundleReference
{
    private BundleReference(string digest, string source, Uri uri) => (Digest, Source, Uri) = (digest, source, uri);

    /// <summary>64 lower-case hex digits.</summary>
    public string Digest { get; }

    /// <summary>As it was given.</summary>
    public string Source { get; }

    /// <summary><c>file</c>, <c>http</c> or <c>https</c>.</summary>
    public Uri Uri { get; }

    /// <summary>The file, where the source is one; else null. A plain path is taken as it is written, whatever characters are in it.</summary>
    public string? File => !Uri.IsFile ? null : Path.IsPathRooted(Source) ? Source : Uri.LocalPath;

    /// <summary>The bundle that a twin asks for. Contract and release, which it says too, follow from the digest.</summary>
    /// <exception cref="FormatException">Its digest or its source is none.</exception>
    public static BundleReference Of(BundleTarget target) => Parse(target.Digest, target.Source);

    /// <summary>Reads one.</summary>
    /// <param name="digest">64 lower-case hex digits.</param>
    /// <param name="source">An absolute path, or a URI with the scheme <c>file</c>, <c>http</c> or <c>https</c>.</param>
    /// <exception cref="FormatException">One of them is not; the message says which.</exception>
    public static BundleReference Parse(string digest, string source)
    {
        if (digest.Length != 64 || digest.Any(static c => !char.IsAsciiHexDigitLower(c)))
        {
            throw new FormatException($"'{digest}' is no bundle's digest: 64 lower-case hex digits.");
        }

        if (!Uri.TryCreate(source, UriKind.Absolute, out var uri) || !(uri.IsFile || uri.Scheme is "http" or "https") || (uri.IsFile && uri.Host.Length > 0))
        {
            throw new FormatException($"'{source}' is no source of a bundle: an absolute path, or file:, http: or https:.");
        }

        return new BundleReference(digest, source, uri);
    }
}
