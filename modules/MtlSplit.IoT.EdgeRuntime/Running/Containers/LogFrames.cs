using System.Buffers.Binary;
using System.Text;

namespace MtlSplit.IoT.EdgeRuntime.Running.Containers;

/// <summary>Reads what an engine gives as a container's log: frames of a kind, a length and text. A log that is not framed is taken as it is.</summary>
internal static class LogFrames
{
    private const int Header = 8;

    public static string Join(ReadOnlySpan<byte> body)
    {
        var text = new StringBuilder();
        var rest = body;
        while (rest.Length >= Header && rest[0] <= 2 && rest[1] == 0 && rest[2] == 0 && rest[3] == 0)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(rest[4..]);
            if (length < 0 || length > rest.Length - Header)
            {
                break;
            }

            text.Append(Encoding.UTF8.GetString(rest.Slice(Header, length)));
            rest = rest[(Header + length)..];
        }

        return text.Append(Encoding.UTF8.GetString(rest)).ToString();
    }
}
