using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MtlSplit.IoT.Cli.Tests.Processes;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Contracts.Heads;
using MtlSplit.IoT.Testing.Brokers;
using MtlSplit.IoT.Testing.Certificates;
using MtlSplit.IoT.Testing.Processes;
using MtlSplit.IoT.Testing.Heads;
using Xunit;

namespace MtlSplit.IoT.Cli.Tests.LabelServing;

/// <summary>Labels by HTTP into a recorder's process.</summary>
public sealed partial class LabelServerTests : IAsyncLifetime
{
    private static readonly FrameId Frame = new(7, 1);

    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("mtlsplit-cli-");
    private EmbeddedBroker _broker = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _broker = await EmbeddedBroker.StartAsync(Ct);
        new FleetHeads(_data.FullName, "north").Publish(ContractId.Parse(new string('a', 64)), new HeadManifest { Task = "object_size", Classes = ["small", "large"], Contract = "", Number = 0, Sha256 = "", CreatedAt = 0 }, [1]);
    }

    public async ValueTask DisposeAsync()
    {
        await _broker.DisposeAsync();
        _data.Delete(recursive: true);
    }

    [Fact]
    public async Task Labels_PostedInAnyFormat_AreStoredOnceWhenTheyAreAnswered()
    {
        await using var recorder = Start(new Dictionary<string, string>());
        using var client = new HttpClient { BaseAddress = await AddressAsync(recorder) };

        var first = await PostAsync(client, "?source=alice&keep-unknown-frames=true", Csv("large"), "text/csv; charset=utf-8");
        var again = await PostAsync(client, "?source=alice&keep-unknown-frames=true", Csv("large"), "text/csv");
        var other = await PostAsync(client, "?source=bob&task=object_size&keep-unknown-frames=true", $$"""{"frame":"{{Frame}}","vehicle":"car-1","class":"small"}""", "application/x-ndjson");
        var bad = await PostAsync(client, "?source=bob", Csv("huge"), "text/csv");
        var strict = await PostAsync(client, "?source=bob&strict=true", Csv("huge"), "text/csv");

        Assert.Equal((HttpStatusCode.OK, 1, 0), (first.Status, Number(first, "imported"), Number(first, "repeated")));
        Assert.Equal((HttpStatusCode.OK, 0, 1), (again.Status, Number(again, "imported"), Number(again, "repeated")));
        Assert.Equal((HttpStatusCode.OK, 1), (other.Status, Number(other, "imported")));
        Assert.Equal((HttpStatusCode.OK, "line 2", "unknown-class"), (bad.Status, $"{bad.Body["firstRefused"]![0]!["place"]}", $"{bad.Body["firstRefused"]![0]!["reason"]}"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, strict.Status);
        var conflict = (await Mtlsplit.JsonAsync("labels", "conflicts", "--data", _data.FullName, "--json")).AsArray().Single()!;
        Assert.Equal(["alice large", "bob small"], conflict["said"]!.AsArray().Select(s => $"{s!["source"]} {s["class"]}"));
        recorder.Terminate();
        Assert.Equal(0, await recorder.ExitAsync());
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(_data.FullName, "samples", "imports")));
    }

    [Fact]
    public async Task Requests_ThatAreNoLabels_AreToldWhy()
    {
        await using var recorder = Start(new Dictionary<string, string> { ["MTLSPLIT_Labels__MaxRequestBytes"] = "2000" });
        using var client = new HttpClient { BaseAddress = await AddressAsync(recorder) };

        Assert.Equal((HttpStatusCode.UnsupportedMediaType, "The content type is none"), await RefusalAsync("?source=a", "x", "text/plain"));
        Assert.Equal((HttpStatusCode.BadRequest, "The parameter 'source' i"), await RefusalAsync("", "x", "text/csv"));
        Assert.Equal((HttpStatusCode.BadRequest, "There is no parameter 's"), await RefusalAsync("?source=a&sorce=b", "x", "text/csv"));
        Assert.Equal((HttpStatusCode.BadRequest, "'strict' and 'keep-unkno"), await RefusalAsync("?source=a&strict=yes", "x", "text/csv"));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "labels: line 1: there is"), await RefusalAsync("?source=a", "frame,class\n", "text/csv"));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "labels: it is no whole P"), await RefusalAsync("?source=a", "PAR1 torn PAR1", "application/vnd.apache.parquet"));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await PostAsync(client, "?source=a", new string('x', 3000), "text/csv")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync(new Uri("elsewhere", UriKind.Relative), Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await client.GetAsync(new Uri("labels", UriKind.Relative), Ct)).StatusCode);

        async Task<(HttpStatusCode, string)> RefusalAsync(string query, string body, string type)
        {
            var (status, answer) = await PostAsync(client, query, body, type);
            return (status, answer["error"]!.GetValue<string>()[..24]);
        }
    }

    [Fact]
    public async Task TokenAndTls_WhereTheyAreSet_AreAskedOfEveryClient()
    {
        using var certificates = new TestCertificates("labeller");
        await using var recorder = Start(new Dictionary<string, string>
        {
            ["MTLSPLIT_Labels__Token"] = "secret",
            ["MTLSPLIT_Labels__CertificateFile"] = certificates.ServerFile,
            ["MTLSPLIT_Labels__KeyFile"] = certificates.ServerKeyFile,
        });
        using var authority = X509CertificateLoader.LoadCertificateFromFile(certificates.AuthorityFile);
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        handler.SslOptions.CertificateChainPolicy.CustomTrustStore.Add(authority);
        var address = await AddressAsync(recorder);
        using var client = new HttpClient(handler) { BaseAddress = new UriBuilder(address) { Host = "localhost" }.Uri };

        Assert.Equal("https", address.Scheme);
        Assert.Equal(HttpStatusCode.Unauthorized, (await PostAsync(client, "?source=a", Csv("large"), "text/csv")).Status);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "secre");
        Assert.Equal(HttpStatusCode.Unauthorized, (await PostAsync(client, "?source=a", Csv("large"), "text/csv")).Status);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "secret");
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(client, "?source=a&keep-unknown-frames=true", Csv("large"), "text/csv")).Status);
    }

    [Theory]
    [InlineData("0.0.0.0:0", "Labels:Http (--labels-http) '0.0.0.0:0' is not loopback: Labels:Token, Labels:CertificateFile and Labels:KeyFile are needed")]
    [InlineData("localhost", "Labels:Http (--labels-http) 'localhost' is not ADDRESS:PORT, such as 127.0.0.1:8088")]
    public async Task Address_ThatIsNoneOrOpenToOthersWithoutProtection_IsRefusedByItsFlag(string address, string reason)
    {
        var (exit, said) = await Mtlsplit.RunAsync("samples", "record", "--fleet", "north", "--data", _data.FullName, "--labels-http", address);

        Assert.Equal(2, exit);
        Assert.Contains(reason, said, StringComparison.Ordinal);
    }

    private static string Csv(string @class) => $"frame,vehicle,task,class\n{Frame},car-1,object_size,{@class}\n";

    private static int Number((HttpStatusCode, JsonNode Body) answer, string name) => answer.Body[name]!.GetValue<int>();

    private static async Task<(HttpStatusCode Status, JsonNode Body)> PostAsync(HttpClient client, string query, string body, string type)
    {
        using var content = new StringContent(body, Encoding.UTF8);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        using var response = await client.PostAsync(new Uri("labels" + query, UriKind.Relative), content, Ct);
        return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync(Ct))!);
    }

    private static async Task<Uri> AddressAsync(ProgramUnderTest recorder)
    {
        await recorder.SaysAsync("Labels are taken at ");
        await recorder.SaysAsync("Recording fleet ");
        return new Uri(Address().Match(recorder.Log).Groups[1].Value);
    }

    private ProgramUnderTest Start(IReadOnlyDictionary<string, string> environment) => Mtlsplit.Start(
        environment,
        ["samples", "record", "--fleet", "north", "--data", _data.FullName, "--broker", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_broker.Port}"), "--labels-http", "127.0.0.1:0"]);

    [GeneratedRegex(@"Labels are taken at (\S+/)labels")]
    private static partial Regex Address();
}
