using System.Buffers.Binary;
using System.Text.Json.Nodes;
using MtlSplit.IoT.HubProtocol.Messages;

namespace MtlSplit.IoT.EdgeRuntime.EdgeHub.Routing;

/// <summary>A message that waits. Immutable.</summary>
/// <param name="Sender">The module that sent it.</param>
/// <param name="Expires">When it is of no use any more; null: never.</param>
/// <param name="Message">The message.</param>
internal sealed record StoredMessage(string Sender, DateTimeOffset? Expires, HubMessage Message)
{
    /// <summary>The kind of its record in a journal.</summary>
    public const byte Kind = 1;

    /// <summary>The number of its record; 0 before it has one.</summary>
    public ulong Sequence { get; init; }

    /// <summary>As it lies on disk: the length of a header in JSON, the header, the body.</summary>
    public byte[] ToBytes()
    {
        var header = HubJson.ToUtf8(new JsonObject { ["sender"] = Sender, ["expires"] = Expires?.ToUnixTimeMilliseconds(), ["bag"] = Message.ToBag().ToString() });
        var bytes = new byte[sizeof(int) + header.Length + Message.Body.Length];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, header.Length);
        header.CopyTo(bytes, sizeof(int));
        Message.Body.CopyTo(bytes.AsMemory(sizeof(int) + header.Length));
        return bytes;
    }

    /// <summary>Reads what <see cref="ToBytes"/> wrote; the bytes are copied.</summary>
    /// <exception cref="FormatException">Something else lies there.</exception>
    public static StoredMessage FromBytes(ReadOnlySpan<byte> bytes, ulong sequence)
    {
        var length = bytes.Length >= sizeof(int) ? BinaryPrimitives.ReadInt32LittleEndian(bytes) : -1;
        if (length < 0 || length > bytes.Length - sizeof(int))
        {
            throw new FormatException("The record is no message.");
        }

        var header = HubJson.ParseObject(bytes.Slice(sizeof(int), length), "record");
        try
        {
            return new StoredMessage(
                header["sender"]!.GetValue<string>(),
                header["expires"] is { } expires ? DateTimeOffset.FromUnixTimeMilliseconds(expires.GetValue<long>()) : null,
                HubMessage.From(bytes[(sizeof(int) + length)..].ToArray(), PropertyBag.Parse(header["bag"]!.GetValue<string>())))
            {
                Sequence = sequence,
            };
        }
        catch (Exception e) when (e is NullReferenceException or InvalidOperationException)
        {
            throw new FormatException("The record is no message.", e);
        }
    }
}
