using System.Net.Http.Headers;

namespace MtlSplit.IoT.Backbone.Updating.Downloading;

/// <summary>
/// The module's own hub as a place of archives: <c>https://HUB/bundles/…</c>. Requests to it carry the module's token, requests to any other place do not.
/// Neither do redirects, whichever way they lead: an HTTP client takes <c>Authorization</c> away before it follows one. Thread-safe.
/// </summary>
internal sealed class OwnHub
{
    private const string Folder = "/bundles/";

    private readonly Uri? _hub;
    private readonly bool _anyPort;
    private readonly Func<CancellationToken, Task<string?>> _token;

    /// <param name="hostName">The hub's name as the module's environment says it. A port in it counts; where there is none, a hub may serve HTTPS on any.</param>
    /// <param name="token">Makes the module's token; null where a certificate is its proof.</param>
    public OwnHub(string hostName, Func<CancellationToken, Task<string?>> token)
    {
        _hub = Uri.TryCreate($"https://{hostName}/", UriKind.Absolute, out var hub) ? hub : null;
        // The usual port counts as well where it is written out, which a URI does not remember.
        _anyPort = Uri.CheckHostName(hostName) != UriHostNameType.Unknown;
        _token = token;
    }

    /// <summary>Whether an address is one of the hub's archives.</summary>
    public bool Serves(Uri? address) =>
        _hub is not null && address is { IsAbsoluteUri: true } && address.Scheme == Uri.UriSchemeHttps && address.AbsolutePath.StartsWith(Folder, StringComparison.Ordinal)
        && string.Equals(address.IdnHost, _hub.IdnHost, StringComparison.OrdinalIgnoreCase) && (_anyPort || address.Port == _hub.Port);

    /// <summary>Gives a request its leave, if it is for the hub.</summary>
    /// <exception cref="Exception">The token cannot be made.</exception>
    public async ValueTask AuthoriseAsync(HttpRequestMessage request, CancellationToken ct)
    {
        if (Serves(request.RequestUri) && await _token(ct) is { } token)
        {
            request.Headers.Authorization = AuthenticationHeaderValue.Parse(token);
        }
    }
}
