using System.Buffers.Binary;
using MtlSplit.IoT.HubProtocol.Errors;

namespace MtlSplit.IoT.DevHub.Registry;

/// <summary>What a caller knows of the thing that it changes: its <c>If-Match</c> header.</summary>
/// <param name="Given">Whether there is a header.</param>
/// <param name="Expected">The etag; null: any.</param>
internal readonly record struct EtagCondition(bool Given, long? Expected)
{
    /// <summary>Reads the header, which holds an etag or <c>*</c>, with or without quotes.</summary>
    public static EtagCondition Parse(string? header)
    {
        if (string.IsNullOrWhiteSpace(header))
        {
            return default;
        }

        var text = header.Trim().Trim('"');
        if (text == "*")
        {
            return new EtagCondition(true, null);
        }

        Span<byte> bytes = stackalloc byte[sizeof(long)];
        // What is no etag of this hub matches nothing.
        return new EtagCondition(true, Convert.TryFromBase64String(text, bytes, out var length) && length == sizeof(long) ? BinaryPrimitives.ReadInt64BigEndian(bytes) : -1);
    }

    /// <summary>The text of an etag.</summary>
    public static string Format(long etag)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, etag);
        return Convert.ToBase64String(bytes);
    }

    /// <summary>Refuses a change of what is no longer as the caller knows it.</summary>
    /// <exception cref="HubException">The etag is another.</exception>
    public void Require(long etag, string what)
    {
        if (Expected is { } expected && expected != etag)
        {
            throw new HubException(HubErrors.PreconditionFailed, $"Precondition failed: {what} has etag {Format(etag)} by now.");
        }
    }
}
