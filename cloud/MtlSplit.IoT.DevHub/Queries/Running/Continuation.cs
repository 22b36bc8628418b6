using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MtlSplit.IoT.HubProtocol.Errors;

namespace MtlSplit.IoT.DevHub.Queries.Running;

/// <summary>Where a result goes on. It says after which twin (or how many groups) and not after how many rows, so that twins that come and go do not shift the pages.</summary>
/// <param name="Device">The last device; null: the start, or groups.</param>
/// <param name="Module">The last module.</param>
/// <param name="Taken">How many rows there were so far.</param>
internal sealed record Continuation(string? Device, string? Module, int Taken)
{
    /// <summary>The start.</summary>
    public static readonly Continuation Start = new(null, null, 0);

    /// <summary>The token of a query's next page. Ids have no line feed, so one separates the parts.</summary>
    public string ToToken(string query) => Convert.ToBase64String(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Digest(query)}\n{Taken}\n{Device}\n{Module}")));

    /// <summary>Reads a token.</summary>
    /// <exception cref="HubException">It is not of this query.</exception>
    public static Continuation Parse(string? token, string query)
    {
        if (string.IsNullOrEmpty(token))
        {
            return Start;
        }

        var bytes = new byte[token.Length];
        if (Convert.TryFromBase64String(token, bytes, out var length)
            && Encoding.UTF8.GetString(bytes, 0, length).Split('\n') is [var digest, var taken, var device, var module]
            && digest == Digest(query) && int.TryParse(taken, NumberStyles.None, CultureInfo.InvariantCulture, out var count))
        {
            return new Continuation(device.Length == 0 ? null : device, module.Length == 0 ? null : module, count);
        }

        throw new HubException(HubErrors.ArgumentInvalid, "The continuation token is not one of this query.");
    }

    private static string Digest(string query) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(query)).AsSpan(0, 8));
}
