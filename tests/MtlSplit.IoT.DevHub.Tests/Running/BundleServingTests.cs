using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using MtlSplit.IoT.HubProtocol.Identities;
using MtlSplit.IoT.Testing.Hubs;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.DevHub.Tests.Running;

/// <summary>Archives from the hub's process over HTTPS.</summary>
public sealed class BundleServingTests : IClassFixture<ServedBundles>
{
    private readonly ServedBundles _served;

    public BundleServingTests(ServedBundles served) => _served = served;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("GET", "")]
    [InlineData("GET", ".mtlbundle")]
    [InlineData("HEAD", "")]
    public async Task AnArchive_ComesWhole_WithItsTagAndLength(string method, string ending)
    {
        using var answer = await AskAsync(Own(), ServedBundles.Digest + ending, method);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal((_served.Tag, false), (answer.Headers.ETag!.Tag, answer.Headers.ETag.IsWeak));
        Assert.Equal(_served.Archive.Length, answer.Content.Headers.ContentLength);
        Assert.Equal("bytes", answer.Headers.AcceptRanges.Single());
        Assert.Equal(method == "GET" ? _served.Archive : [], await answer.Content.ReadAsByteArrayAsync(Ct));
    }

    [Theory]
    [InlineData("bytes=0-9", 0, 9)]
    [InlineData("bytes=400000-", 400_000, 999_999)]
    [InlineData("bytes=-5", 999_995, 999_999)]
    [InlineData("bytes=999999-", 999_999, 999_999)]
    [InlineData("bytes=999990-2000000", 999_990, 999_999)]
    public async Task ARange_ComesAlone(string range, int from, int to)
    {
        using var answer = await AskAsync(Own(), ServedBundles.Digest, headers: [("Range", range), ("If-Range", _served.Tag)]);

        Assert.Equal(HttpStatusCode.PartialContent, answer.StatusCode);
        Assert.Equal(new ContentRangeHeaderValue(from, to, _served.Archive.Length), answer.Content.Headers.ContentRange);
        Assert.Equal(_served.Archive[from..(to + 1)], await answer.Content.ReadAsByteArrayAsync(Ct));
    }

    [Theory]
    [InlineData("\"another\"")]
    [InlineData("W/\"weak\"")]
    [InlineData("Wed, 21 Oct 2065 07:28:00 GMT")]
    public async Task ARangeOfSomethingElse_BringsAllOfWhatIsThere(string condition)
    {
        using var answer = await AskAsync(Own(), ServedBundles.Digest, headers: [("Range", "bytes=400000-"), ("If-Range", condition)]);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(_served.Archive, await answer.Content.ReadAsByteArrayAsync(Ct));
    }

    [Fact]
    public async Task ARangeBehindTheEnd_IsRefused_SayingHowLongItIs()
    {
        using var answer = await AskAsync(Own(), ServedBundles.Digest, headers: [("Range", "bytes=1000000-")]);

        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, answer.StatusCode);
        Assert.Equal(_served.Archive.Length, answer.Content.Headers.ContentRange!.Length);
        Assert.Contains("ErrorCode:ArgumentInvalid;", await answer.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AClientThatHasIt_IsNotSentItAgain()
    {
        using var answer = await AskAsync(Own(), ServedBundles.Digest, headers: [("If-None-Match", _served.Tag)]);

        Assert.Equal(HttpStatusCode.NotModified, answer.StatusCode);
    }

    [Theory]
    [InlineData("/bundles/nothing.mtlbundle", 404)]
    [InlineData("/bundles/secret.mtlbundle", 404)]
    [InlineData("/bundles/", 404)]
    [InlineData("/bundles/../secret.mtlbundle", 404)]
    [InlineData("/bundles/%2e%2e/secret.mtlbundle", 404)]
    [InlineData("/bundles/..%2fsecret.mtlbundle", 400)]
    [InlineData("/bundles/..%5csecret.mtlbundle", 400)]
    [InlineData("/bundles/%2e%2e%2fsecret.mtlbundle", 400)]
    [InlineData("/bundles/..%252fsecret.mtlbundle", 400)]
    [InlineData("/bundles/%2fetc%2fpasswd", 400)]
    [InlineData("/bundles/.hidden.mtlbundle", 400)]
    [InlineData("/bundles/release.key.pem", 400)]
    [InlineData("/bundles/a/b.mtlbundle", 404)]
    public async Task WhatIsNotServed_IsRefusedInTheHubsWords(string path, int status)
    {
        using var answer = await AskAsync(Own(), path);

        Assert.Equal(status, (int)answer.StatusCode);
        var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Ct))!;
        Assert.StartsWith("ErrorCode:", body["Message"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.DoesNotContain(_served.Folder.FullName, body.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_IsWrittenThere()
    {
        using var answer = await AskAsync(Own(), ServedBundles.Digest, "PUT");

        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
    }

    [Fact]
    public async Task EveryOneOfTheHub_IsServed()
    {
        var owner = HubConnectionString.Parse(_served.Hub.ConnectionString);
        var policy = Convert.FromBase64String(owner.SharedAccessKey!);
        foreach (var token in (string[])
            [
                Own(),
                Token("localhost", new HubIdentity("d"), _served.Keys["/devices/d"]),
                Token("localhost", new HubIdentity("other"), _served.Keys["/devices/other"]),
                SasToken.Create("localhost", policy, Later(600), owner.SharedAccessKeyName).ToString(),
                SasToken.Create("localhost%2Fbundles", policy, Later(600), owner.SharedAccessKeyName).ToString(),
                SasToken.Create(SasToken.ResourceOf("localhost", new HubIdentity("d", "m")), policy, Later(600), owner.SharedAccessKeyName).ToString(),
            ])
        {
            using var answer = await AskAsync(token, ServedBundles.Digest, "HEAD");
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }

    [Fact]
    public async Task WhoeverIsNot_IsRefused()
    {
        var key = _served.Keys["/devices/d/modules/m"];
        var id = new HubIdentity("d", "m");
        foreach (var (token, why) in (IReadOnlyList<(string?, string)>)
            [
                (null, "the Authorization header is missing"),
                ("", "the Authorization header is missing"),
                ("Bearer x", "the token is malformed"),
                ("SharedAccessSignature sr=x", "the token is malformed"),
                (Token("localhost", id, _served.Keys["/devices/d"]), "the token is not signed with its key"),
                (Token("elsewhere.example", id, key), "the token is for another resource"),
                (Token("localhost", id, key, -301), "the token has expired"),
                (Token("localhost", new HubIdentity("retired"), _served.Keys["/devices/retired"], -301), "it is of no device or module of this hub"),
                (Token("localhost", new HubIdentity("other"), _served.Keys["/devices/other"], -301), "the token has expired"),
                (Token("localhost", new HubIdentity("retired"), _served.Keys["/devices/retired"]), "it is of no device or module of this hub"),
                (Token("localhost", new HubIdentity("nobody"), key), "it is of no device or module of this hub"),
                (SasToken.Create("localhost", key, Later(600), "iothubowner").ToString(), "the token is not signed with the policy's key"),
            ])
        {
            using var answer = await AskAsync(token, ServedBundles.Digest);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
            Assert.Contains(why, await answer.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("truck", HttpStatusCode.OK)]
    [InlineData("lorry", HttpStatusCode.Unauthorized)]
    public async Task ACertificate_IsAsGoodAsAToken_ForTheDeviceThatItNames(string name, HttpStatusCode status)
    {
        var (certificate, key) = _served.Certificates.ClientOf(name);
        using var pair = X509Certificate2.CreateFromPemFile(certificate, key);
        using var http = _served.Client(pair);

        using var answer = await http.SendAsync(Request(null, ServedBundles.Digest, "GET", []), Ct);

        Assert.Equal(status, answer.StatusCode);
    }

    [Fact]
    public async Task ReadyFile_SaysWhereArchivesAre() =>
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(Own(), _served.Hub.At["bundles"]!.GetValue<string>() + ServedBundles.Digest, "HEAD")).StatusCode);

    [Fact]
    public async Task OneTransferTooMany_IsToldToComeAgain_UntilAPlaceIsFree()
    {
        var served = Path.Combine(_served.Folder.FullName, "served");
        // More than the buffers of a connection take, so that one that nobody reads stays on its way.
        using (var large = File.Create(Path.Combine(served, "large.mtlbundle")))
        {
            large.SetLength(64 << 20);
        }

        await using var hub = await RunningHub.StartAsync(_served.Folder.CreateSubdirectory("second").FullName, ["--bundles", served], new Dictionary<string, string> { ["MTLSPLIT_Hub__BundleTransfers"] = "1" });
        var owner = HubConnectionString.Parse(hub.ConnectionString);
        var token = SasToken.Create("localhost", Convert.FromBase64String(owner.SharedAccessKey!), Later(600), owner.SharedAccessKeyName).ToString();
        using var http = _served.Client(null, hub);
        using (var first = await http.SendAsync(Request(token, "large.mtlbundle", "GET", []), HttpCompletionOption.ResponseHeadersRead, Ct))
        {
            Assert.Equal(HttpStatusCode.OK, first.StatusCode);
            using var second = await http.SendAsync(Request(token, ServedBundles.Digest, "GET", []), Ct);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, second.StatusCode);
            Assert.Equal(TimeSpan.FromSeconds(5), second.Headers.RetryAfter!.Delta);
            Assert.Contains("ErrorCode:ServiceUnavailable;", await second.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
        }

        await Expect.UntilAsync(() => http.Send(Request(token, ServedBundles.Digest, "HEAD", []), Ct).StatusCode == HttpStatusCode.OK, "the place is free");
    }

    private static DateTimeOffset Later(int seconds) => TimeProvider.System.GetUtcNow().AddSeconds(seconds);

    private static string Token(string host, HubIdentity identity, byte[] key, int seconds = 600) => SasToken.Create(SasToken.ResourceOf(host, identity), key, Later(seconds)).ToString();

    private static HttpRequestMessage Request(string? token, string path, string method, IReadOnlyList<(string Name, string Value)> headers)
    {
        // As it stands: the client shall not tidy up what an attacker would not.
        var address = path.StartsWith('/') ? path : path.Contains("://", StringComparison.Ordinal) ? new Uri(path).PathAndQuery : $"/bundles/{path}";
        var request = new HttpRequestMessage(new HttpMethod(method), new Uri($"https://localhost{address}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        if (token is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", token);
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    private string Own() => Token("localhost", new HubIdentity("d", "m"), _served.Keys["/devices/d/modules/m"]);

    private Task<HttpResponseMessage> AskAsync(string? token, string path, string method = "GET", params IReadOnlyList<(string Name, string Value)> headers) =>
        _served.Http.SendAsync(Request(token, path, method, headers), Ct);
}
