using System.Net;
using System.Net.Http.Headers;
using MtlSplit.IoT.Cli.Demo;
using Xunit;

namespace MtlSplit.IoT.Cli.Tests.Demo;

public sealed class ArchiveServerTests : IAsyncDisposable
{
    private static readonly byte[] Content = [.. Enumerable.Range(0, 100_000).Select(i => (byte)(i * 31))];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mtlsplit-cli-");
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(30) };
    private readonly ArchiveServer _server;
    private readonly string _address;

    public ArchiveServerTests()
    {
        var served = _folder.CreateSubdirectory("served");
        File.WriteAllText(Path.Combine(_folder.FullName, "secret"), "not served");
        var file = Path.Combine(served.CreateSubdirectory("2").FullName, "abc.mtlbundle");
        File.WriteAllBytes(file, Content);
        _server = ArchiveServer.Start(served.FullName, TimeProvider.System);
        _address = _server.AddressOf(file);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_whole_archive_comes_as_it_is_with_a_tag()
    {
        using var response = await _http.GetAsync(_address, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("\"abc\"", response.Headers.ETag!.Tag);
        Assert.Equal(Content, await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("\"abc\"", HttpStatusCode.PartialContent, 70_000)]
    [InlineData("\"another\"", HttpStatusCode.OK, 0)]
    public async Task The_rest_of_it_comes_where_it_is_still_the_same(string tag, HttpStatusCode status, int from)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, _address);
        request.Headers.Range = new RangeHeaderValue(70_000, null);
        request.Headers.IfRange = new RangeConditionHeaderValue(new EntityTagHeaderValue(tag));
        using var response = await _http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(status, response.StatusCode);
        Assert.Equal(Content[from..], await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("nothing.mtlbundle")]
    [InlineData("%2e%2e/secret")]
    [InlineData("")]
    public async Task Nothing_else_is_served(string path)
    {
        using var response = await _http.GetAsync(new Uri(new Uri(_address), $"/{path}"), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }
}
