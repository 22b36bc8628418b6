using System.Text;
using CsCheck;
using MtlSplit.IoT.EdgeRuntime.Serving;
using Xunit;

namespace MtlSplit.IoT.EdgeRuntime.Tests.Serving;

public sealed class HttpReaderTests
{
    private const string Good = "POST /modules/%24edgeHub/genid/1/sign?api-version=2018-06-28 HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbodyGET /modules HTTP/1.1\r\nHost: x\r\n\r\n";

    [Fact]
    public async Task Requests_OneAfterTheOther_AreReadWhole()
    {
        var reader = new HttpReader(new MemoryStream(Encoding.ASCII.GetBytes(Good)));

        var first = (await reader.ReadAsync(() => { }, TestContext.Current.CancellationToken))!;
        var second = (await reader.ReadAsync(() => { }, TestContext.Current.CancellationToken))!;

        Assert.Equal(["modules", "$edgeHub", "genid", "1", "sign"], first.Segments);
        Assert.Equal("2018-06-28", first.Query["api-version"]);
        Assert.Equal("body", Encoding.ASCII.GetString(first.Body.Span));
        Assert.Equal(["modules"], second.Segments);
        Assert.Null(await reader.ReadAsync(() => { }, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Body_InChunks_IsJoined()
    {
        var request = await ReadAsync("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");

        Assert.Equal("abcde", Encoding.ASCII.GetString(request!.Body.Span));
    }

    [Theory]
    [InlineData(400, "GET /\r\n\r\n")]
    [InlineData(400, "GET  / HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData(400, "GET / HTTP/1.1\nHost: x\n\n")]
    [InlineData(400, "GET / HTTP/1.1\r\n\r\n")]
    [InlineData(400, "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n")]
    [InlineData(400, "GET / HTTP/1.1\r\nHost : x\r\n\r\n")]
    [InlineData(400, "GET / HTTP/1.1\r\nHost: x\r\n folded: y\r\n\r\n")]
    [InlineData(400, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +4\r\n\r\nbody")]
    [InlineData(400, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData(501, "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n")]
    [InlineData(400, "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n")]
    [InlineData(400, "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n")]
    [InlineData(413, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n")]
    [InlineData(505, "GET / HTTP/2.0\r\nHost: x\r\n\r\n")]
    public async Task Request_ThatCouldBeReadInTwoWays_IsRefused(int status, string text) =>
        Assert.Equal(status, (await Assert.ThrowsAsync<HttpFaultException>(async () => await ReadAsync(text))).Status);

    [Fact]
    public async Task Request_ThatIsTooLong_IsRefused()
    {
        Assert.Equal(431, (await Assert.ThrowsAsync<HttpFaultException>(async () => await ReadAsync($"GET /{new string('a', 9000)} HTTP/1.1\r\n\r\n"))).Status);
        var headers = string.Concat(Enumerable.Range(0, 70).Select(i => $"h{i}: x\r\n"));
        Assert.Equal(431, (await Assert.ThrowsAsync<HttpFaultException>(async () => await ReadAsync($"GET / HTTP/1.1\r\n{headers}\r\n"))).Status);
    }

    [Fact]
    public void Bytes_OfAnyKind_AreReadOrRefusedButNothingElse() => Gen.Select(Gen.Int[0, Good.Length - 1], Gen.Byte, Gen.Byte.Array[0, 20], Gen.Int[0, Good.Length]).Sample((at, with, noise, cut) =>
    {
        var bytes = Encoding.ASCII.GetBytes(Good);
        bytes[at] = with;
        var reader = new HttpReader(new MemoryStream([.. bytes[..cut], .. noise, .. bytes[cut..]]));
        try
        {
            while (reader.ReadAsync(() => { }, CancellationToken.None).AsTask().GetAwaiter().GetResult() is not null)
            {
            }
        }
        catch (Exception e) when (e is HttpFaultException or EndOfStreamException)
        {
            // What there is to expect.
        }
    });

    private static ValueTask<HttpRequest?> ReadAsync(string text) => new HttpReader(new MemoryStream(Encoding.ASCII.GetBytes(text))).ReadAsync(() => { }, CancellationToken.None);
}
