using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace MtlSplit.IoT.Registry.Announcing;

/// <summary>
/// The signature of a request to a webhook: <c>t=SECONDS,v1=HEX</c>, where HEX is the HMAC-SHA256, under the shared secret in UTF-8, of
/// <c>SECONDS.</c> and the body. The time is in it, so that a receiver can refuse what somebody recorded and sends again.
/// </summary>
public static class WebhookSignature
{
    /// <summary>The header that carries it.</summary>
    public const string Header = "X-MtlSplit-Signature";

    /// <summary>The header's value.</summary>
    /// <param name="secret">The shared secret.</param>
    /// <param name="at">When the request is made.</param>
    /// <param name="body">The body, byte for byte.</param>
    public static string Sign(string secret, DateTimeOffset at, ReadOnlySpan<byte> body)
    {
        var seconds = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        return $"t={seconds},v1={Convert.ToHexStringLower(Mac(secret, seconds, body))}";
    }

    /// <summary>Checks a header's value, as a receiver does.</summary>
    /// <param name="secret">The shared secret.</param>
    /// <param name="value">The header's value.</param>
    /// <param name="body">The body, byte for byte.</param>
    /// <param name="now">The time.</param>
    /// <param name="tolerance">How far the request's time may be from it.</param>
    public static bool Verify(string secret, string? value, ReadOnlySpan<byte> body, DateTimeOffset now, TimeSpan tolerance)
    {
        if (value?.Split(',') is not [['t', '=', .. var seconds], ['v', '1', '=', .. var hex]] || !long.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var at))
        {
            return false;
        }

        var mac = Mac(secret, seconds, body);
        return hex.Length == 2 * mac.Length && hex.All(char.IsAsciiHexDigitLower)
            && CryptographicOperations.FixedTimeEquals(mac, Convert.FromHexString(hex))
            && Math.Abs(now.ToUnixTimeSeconds() - at) <= tolerance.TotalSeconds;
    }

    private static byte[] Mac(string secret, string seconds, ReadOnlySpan<byte> body)
    {
        using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret));
        mac.AppendData(Encoding.ASCII.GetBytes(seconds + "."));
        mac.AppendData(body);
        return mac.GetHashAndReset();
    }
}
