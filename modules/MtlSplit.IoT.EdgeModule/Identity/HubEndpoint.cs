using System.Globalization;

namespace MtlSplit.IoT.EdgeModule.Identity;

/// <summary>A host to dial and its port, read from <c>host</c> or <c>host:port</c>.</summary>
internal readonly record struct HubEndpoint(string Host, int Port)
{
    public static bool TryParse(string text, int port, out HubEndpoint endpoint)
    {
        var colon = text.LastIndexOf(':');
        if (Uri.CheckHostName(text) != UriHostNameType.Unknown)
        {
            endpoint = new HubEndpoint(text.Trim('[', ']'), port);
            return true;
        }

        if (colon > 0
            && ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var own) && own > 0
            && Uri.CheckHostName(text[..colon]) != UriHostNameType.Unknown)
        {
            endpoint = new HubEndpoint(text[..colon].Trim('[', ']'), own);
            return true;
        }

        endpoint = default;
        return false;
    }
}
