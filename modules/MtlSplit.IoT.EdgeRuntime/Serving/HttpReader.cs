using System.Buffers;
using System.Globalization;
using System.Text;

namespace MtlSplit.IoT.EdgeRuntime.Serving;

/// <summary>
/// Reads HTTP/1.1 requests from a connection, strictly: whatever two programs could read in two ways is refused, and everything is bounded.
/// A fault ends the connection after its answer, since nobody knows where the next request begins. One caller at a time.
/// </summary>
internal sealed class HttpReader(Stream stream)
{
    /// <summary>The longest request line, and the longest header line.</summary>
    public const int MaxLine = 8 * 1024;

    /// <summary>The most headers.</summary>
    public const int MaxHeaders = 64;

    /// <summary>The largest body: a method's payload with what surrounds it.</summary>
    public const int MaxBody = 256 * 1024;

    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private readonly byte[] _buffer = new byte[MaxLine];
    private int _start;
    private int _end;

    /// <summary>Reads the next request; null where the client has closed between requests.</summary>
    /// <param name="begun">Called when its first byte is there, so that the time for the rest can be limited.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <exception cref="HttpFaultException">It cannot be read.</exception>
    /// <exception cref="EndOfStreamException">The client closed within the request.</exception>
    public async ValueTask<HttpRequest?> ReadAsync(Action begun, CancellationToken ct)
    {
        if (_start == _end && !await FillAsync(ct))
        {
            return null;
        }

        begun();
        var (method, target, minor) = ReadRequestLine(await LineAsync(ct));
        var headers = await HeadersAsync(ct);
        if (minor == 1 && !headers.ContainsKey("Host"))
        {
            throw new HttpFaultException(400, "The Host header is missing.");
        }

        var body = await BodyAsync(headers, ct);
        var keepAlive = minor == 1 && !string.Equals(headers.GetValueOrDefault("Connection"), "close", StringComparison.OrdinalIgnoreCase);
        var question = target.IndexOf('?', StringComparison.Ordinal);
        var path = question < 0 ? target : target[..question];
        return new HttpRequest(method, SegmentsOf(path), QueryOf(question < 0 ? "" : target[(question + 1)..]), headers, body, keepAlive);
    }

    private static (string Method, string Target, int Minor) ReadRequestLine(string line)
    {
        var parts = line.Split(' ');
        if (parts.Length != 3 || parts[0].Length == 0 || parts[0].AsSpan().ContainsAnyExcept(TokenCharacters) || !parts[1].StartsWith('/') || parts[1].Any(static c => c is <= ' ' or >= '\x7f'))
        {
            throw new HttpFaultException(400, "The request line is malformed.");
        }

        return parts[2] switch
        {
            "HTTP/1.1" => (parts[0], parts[1], 1),
            "HTTP/1.0" => (parts[0], parts[1], 0),
            _ => throw new HttpFaultException(parts[2].StartsWith("HTTP/", StringComparison.Ordinal) ? 505 : 400, "Only HTTP/1.1 is spoken."),
        };
    }

    private static string[] SegmentsOf(string path)
    {
        var trimmed = path.Trim('/');
        return trimmed.Length == 0 ? [] : [.. trimmed.Split('/').Select(Decode)];
    }

    private static Dictionary<string, string> QueryOf(string query)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var field in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = field.IndexOf('=', StringComparison.Ordinal);
            fields[Decode(equals < 0 ? field : field[..equals])] = equals < 0 ? "" : Decode(field[(equals + 1)..]);
        }

        return fields;
    }

    private static string Decode(string text) => Uri.UnescapeDataString(text);

    private async ValueTask<Dictionary<string, string>> HeadersAsync(CancellationToken ct)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (await LineAsync(ct) is { Length: > 0 } line)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0 || line.AsSpan(0, colon).ContainsAnyExcept(TokenCharacters))
            {
                throw new HttpFaultException(400, "A header is malformed.");
            }

            var value = line[(colon + 1)..].Trim(' ', '\t');
            if (value.Any(static c => c is (< ' ' and not '\t') or '\x7f'))
            {
                throw new HttpFaultException(400, "A header holds a control character.");
            }

            if (!headers.TryAdd(line[..colon], value))
            {
                throw new HttpFaultException(400, $"The header {line[..colon]} is there twice.");
            }

            if (headers.Count > MaxHeaders)
            {
                throw new HttpFaultException(431, $"There are more than {MaxHeaders} headers.");
            }
        }

        return headers;
    }

    private async ValueTask<byte[]> BodyAsync(Dictionary<string, string> headers, CancellationToken ct)
    {
        var chunked = headers.TryGetValue("Transfer-Encoding", out var encoding);
        var sized = headers.TryGetValue("Content-Length", out var size);
        if (chunked && (sized || !string.Equals(encoding, "chunked", StringComparison.OrdinalIgnoreCase)))
        {
            throw new HttpFaultException(sized ? 400 : 501, "The body's length is not clear.");
        }

        if (headers.TryGetValue("Expect", out var expect))
        {
            if (!string.Equals(expect, "100-continue", StringComparison.OrdinalIgnoreCase))
            {
                throw new HttpFaultException(400, "Only 100-continue may be expected.");
            }

            await stream.WriteAsync("HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray(), ct);
        }

        if (chunked)
        {
            return await ChunksAsync(ct);
        }

        if (!sized)
        {
            return [];
        }

        // Digits alone: no sign, no white space.
        var length = long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var read) ? read : throw new HttpFaultException(400, "Content-Length is no number.");
        var body = new byte[Bounded(length)];
        await ExactlyAsync(body, ct);
        return body;
    }

    private async ValueTask<byte[]> ChunksAsync(CancellationToken ct)
    {
        var body = new ArrayBufferWriter<byte>();
        while (true)
        {
            var line = await LineAsync(ct);
            if (line.Length > 8 || !int.TryParse(line, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var length) || length < 0)
            {
                throw new HttpFaultException(400, "A chunk's length is malformed.");
            }

            if (length == 0)
            {
                return (await LineAsync(ct)).Length == 0 ? body.WrittenSpan.ToArray() : throw new HttpFaultException(400, "Trailers are not read.");
            }

            _ = Bounded((long)body.WrittenCount + length);
            var memory = body.GetMemory(length)[..length];
            await ExactlyAsync(memory, ct);
            body.Advance(length);
            if ((await LineAsync(ct)).Length != 0)
            {
                throw new HttpFaultException(400, "A chunk is longer than it says.");
            }
        }
    }

    private static int Bounded(long length) => length <= MaxBody ? (int)length : throw new HttpFaultException(413, $"A body has at most {MaxBody} bytes.");

    private async ValueTask<string> LineAsync(CancellationToken ct)
    {
        while (true)
        {
            var line = _buffer.AsSpan(_start, _end - _start);
            var feed = line.IndexOf((byte)'\n');
            if (feed >= 0)
            {
                if (feed == 0 || line[feed - 1] != '\r' || line[..(feed - 1)].Contains((byte)'\r'))
                {
                    throw new HttpFaultException(400, "A line does not end in CR LF.");
                }

                var text = Encoding.Latin1.GetString(line[..(feed - 1)]);
                _start += feed + 1;
                return text;
            }

            if (line.Length == _buffer.Length)
            {
                throw new HttpFaultException(431, $"A line is longer than {MaxLine} bytes.");
            }

            if (!await FillAsync(ct))
            {
                throw new EndOfStreamException();
            }
        }
    }

    private async ValueTask ExactlyAsync(Memory<byte> into, CancellationToken ct)
    {
        var buffered = Math.Min(into.Length, _end - _start);
        _buffer.AsMemory(_start, buffered).CopyTo(into);
        _start += buffered;
        await stream.ReadExactlyAsync(into[buffered..], ct);
    }

    private async ValueTask<bool> FillAsync(CancellationToken ct)
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        var read = await stream.ReadAsync(_buffer.AsMemory(_end), ct);
        _end += read;
        return read > 0;
    }
}
