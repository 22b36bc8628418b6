using System.Text;
using MtlSplit.IoT.Contracts.Twins;
using Xunit;

namespace MtlSplit.IoT.Contracts.Tests.Twins;

public sealed class BackboneDesiredTests
{
    private static readonly string Hex = new('a', 64);

    [Fact]
    public void Desired_AsADeploymentWritesIt_ReadsBack()
    {
        var desired = new BackboneDesired
        {
            Fleet = "north",
            Broker = new BrokerTarget("broker.example", 8884),
            Bundle = new BundleTarget { Source = "https://hub.example/bundles/a.zip", Digest = Hex, Contract = new string('b', 64), Release = 3 },
            Publish = new PublishTarget { Encoding = "f16", Rate = 12.5 },
        };

        Assert.Equal(desired, BackboneDesired.Parse(desired.ToJson()));
    }

    [Fact]
    public void Desired_WithNothingInIt_IsAVehicleThatWaits() => Assert.Equal(new BackboneDesired(), BackboneDesired.Parse("{}"u8));

    [Theory]
    [InlineData("""{"fleet":"no/rth"}""", "fleet")]
    [InlineData("""{"vehicle":""}""", "vehicle")]
    [InlineData("""{"broker":{"host":"b","prot":1}}""", "broker.prot")]
    [InlineData("""{"broker":{"host":"b","port":0}}""", "broker.port")]
    [InlineData("""{"broker":{"host":"b c"}}""", "broker.host")]
    [InlineData("""{"broker":{"host":"b.example","tls":false}}""", "broker.tls")]
    [InlineData("""{"bundle":{"source":"x.zip","digest":"DIGEST","contract":"DIGEST","release":1}}""", "bundle.source")]
    [InlineData("""{"bundle":{"source":"ftp://h/x.zip","digest":"DIGEST","contract":"DIGEST","release":1}}""", "bundle.source")]
    [InlineData("""{"bundle":{"source":"https://h/x.zip","digest":"abc","contract":"DIGEST","release":1}}""", "bundle.digest")]
    [InlineData("""{"bundle":{"source":"https://h/x.zip","digest":"DIGEST","contract":"fc-abc","release":1}}""", "bundle.contract")]
    [InlineData("""{"bundle":{"source":"https://h/x.zip","digest":"DIGEST","contract":"DIGEST","release":0}}""", "bundle.release")]
    [InlineData("""{"bundle":{"source":"https://h/x.zip","digest":"DIGEST","contract":"DIGEST","release":"1"}}""", "bundle.release")]
    [InlineData("""{"publish":{"encoding":"u4"}}""", "publish.encoding")]
    [InlineData("""{"publish":{"rate":0}}""", "publish.rate")]
    [InlineData("""{"bundel":{}}""", "bundel")]
    public void Desired_ThatCannotBeUsed_IsRefused_AndThePathNamed(string json, string path)
    {
        var fault = Assert.Throws<BackboneTwinException>(() => BackboneDesired.Parse(Encoding.UTF8.GetBytes(json.Replace("DIGEST", Hex, StringComparison.Ordinal))));

        Assert.Equal(path, fault.Path);
        Assert.StartsWith(path + ": ", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bundle_WithoutItsDigest_IsRefused() =>
        Assert.Contains("digest", Assert.Throws<BackboneTwinException>(() => BackboneDesired.Parse("""{"bundle":{"source":"https://h/x.zip"}}"""u8)).Message, StringComparison.Ordinal);

    [Fact]
    public void Reported_OfANewerVehicle_IsReadAllTheSame()
    {
        var reported = BackboneReported.TryParse("""{"active":{"digest":"d","contract":"c","release":2,"proven":true,"colour":"red"},"mood":"good"}"""u8);

        Assert.Equal(new RunningBundle("d", "c", 2, Proven: true), reported?.Active);
        Assert.Null(BackboneReported.TryParse("[]"u8));
        Assert.Equal(reported, BackboneReported.TryParse(reported!.ToJson()));
    }
}
