using System.Text.Json.Nodes;
using CsCheck;
using MtlSplit.IoT.DevHub.Deploying;
using MtlSplit.IoT.DevHub.Registry;
using MtlSplit.IoT.DevHub.Registry.Identities;
using MtlSplit.IoT.DevHub.Registry.Records;
using MtlSplit.IoT.DevHub.Registry.Twins;
using MtlSplit.IoT.HubProtocol.Errors;
using MtlSplit.IoT.HubProtocol.Identities;
using Xunit;

namespace MtlSplit.IoT.DevHub.Tests.Registry;

/// <summary>What comes in from outside.</summary>
public sealed class BodyTests
{
    private static readonly HubIdentity Module = new("d", "m");

    private static readonly string[] Names =
    [
        "deviceId", "moduleId", "status", "statusReason", "authentication", "type", "symmetricKey", "primaryKey", "secondaryKey", "x509Thumbprint", "primaryThumbprint", "capabilities", "iotEdge", "managedBy",
        "tags", "properties", "desired", "reported", "id", "content", "modulesContent", "$edgeAgent", "$edgeHub", "properties.desired", "properties.desired.modules.x", "priority", "targetCondition", "metrics", "queries", "labels",
    ];

    private static readonly Gen<JsonNode?> Json = Gen.Recursive<JsonNode?>((depth, inner) => depth >= 4 ? Leaf() : Gen.Frequency(
        (2, Leaf()),
        (3, Gen.Select(Gen.OneOf(Names), inner).Array[0, 5].Select(members => (JsonNode?)new JsonObject(members.DistinctBy(m => m.Item1).Select(m => KeyValuePair.Create(m.Item1, m.Item2?.DeepClone()))))),
        (1, inner.Array[0, 3].Select(items => (JsonNode?)new JsonArray([.. items.Select(item => item?.DeepClone())])))));

    [Fact]
    public void Body_WhateverItHolds_IsReadOrRefusedAsTheHubRefuses() => Json.Where(node => node is JsonObject).Sample(
        node =>
        {
            var body = node!.AsObject();
            Try(() => IdentityBody.Read(body, Module));
            Try(() => TwinBody.Read(body, Module));
            Try(() => ConfigurationBody.Create("c", body, 1, DateTimeOffset.UnixEpoch));
            Try(() => ConfigurationBody.ReadContent(body));
        },
        iter: 5000);

    [Theory]
    [InlineData("""{"authentication":{"type":"sas"}}""", AuthenticationKind.Sas)]
    [InlineData("""{"authentication":{"symmetricKey":{"primaryKey":"","secondaryKey":""}}}""", AuthenticationKind.Sas)]
    [InlineData("""{"authentication":{"type":"none"}}""", AuthenticationKind.None)]
    [InlineData("""{"authentication":{"type":"certificateAuthority"}}""", AuthenticationKind.CertificateAuthority)]
    [InlineData("""{"authentication":{"x509Thumbprint":{"secondaryThumbprint":"aa:bb:cc:dd:ee:ff:00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd"}}}""", AuthenticationKind.SelfSigned)]
    internal void Authentication_IsReadAsClientsWriteIt(string body, AuthenticationKind kind) => Assert.Equal(kind, IdentityBody.Read(Hubs.Json(body), Module).Authentication!.Kind);

    [Theory]
    [InlineData("""{"status":"on"}""", "status must be enabled or disabled.")]
    [InlineData("""{"status":1}""", "status must be a string.")]
    [InlineData("""{"capabilities":{"iotEdge":"yes"}}""", "capabilities.iotEdge must be true or false.")]
    [InlineData("""{"authentication":[]}""", "authentication must be an object.")]
    [InlineData("""{"authentication":{"type":"password"}}""", "authentication.type must be sas, selfSigned, certificateAuthority or none.")]
    [InlineData("""{"authentication":{"type":"selfSigned"}}""", "authentication.x509Thumbprint needs a thumbprint where type is selfSigned.")]
    [InlineData("""{"authentication":{"x509Thumbprint":{"primaryThumbprint":"xyz"}}}""", "authentication.x509Thumbprint.primaryThumbprint must be a SHA-1 or SHA-256 thumbprint in hexadecimal.")]
    [InlineData("""{"authentication":{"symmetricKey":{"primaryKey":"c2hvcnQ=","secondaryKey":"c2hvcnQ="}}}""", "authentication.symmetricKey.primaryKey must be 16 to 64 bytes in base64.")]
    [InlineData("""{"deviceId":"e"}""", "deviceId in the body is 'e', in the path 'd'.")]
    public void Identity_ThatIsWrong_IsRefusedByItsPath(string body, string says)
    {
        var refusal = Assert.Throws<HubException>(() => IdentityBody.Read(Hubs.Json(body), Module));

        Assert.Equal(HubErrors.ArgumentInvalid, refusal.Code);
        Assert.Equal(says, refusal.Message);
    }

    [Theory]
    [InlineData(null, false, true)]
    [InlineData("*", true, true)]
    [InlineData("\"*\"", true, true)]
    [InlineData("\"AAAAAAAAAAc=\"", true, true)]
    [InlineData("AAAAAAAAAAc=", true, true)]
    [InlineData("\"AAAAAAAAAAg=\"", true, false)]
    [InlineData("\"nonsense\"", true, false)]
    public void Etag_MatchesItselfAndAny(string? header, bool given, bool matches)
    {
        var condition = EtagCondition.Parse(header);

        Assert.Equal(given, condition.Given);
        if (matches)
        {
            condition.Require(7, "it");
        }
        else
        {
            Assert.Equal(HubErrors.PreconditionFailed, Assert.Throws<HubException>(() => condition.Require(7, "it")).Code);
        }

        Assert.Equal("AAAAAAAAAAc=", EtagCondition.Format(7));
    }

    private static Gen<JsonNode?> Leaf() => Gen.OneOf(
        Gen.Int[-2, 3].Select(n => (JsonNode?)n), Gen.Double.Select(d => double.IsFinite(d) ? (JsonNode?)d : null), Gen.Bool.Select(b => (JsonNode?)b), Gen.OneOf("", "d", "m", "enabled", "sas", "*", "SELECT * FROM devices").Select(s => (JsonNode?)s),
        Gen.Const((JsonNode?)null));

    private static void Try(Action read)
    {
        try
        {
            read();
        }
        catch (HubException e)
        {
            Assert.Equal(400, e.Code.HttpStatus);
        }
    }
}
