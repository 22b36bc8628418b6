using System.Security.Cryptography;
using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Contracts.Bundles.Signatures;
using Xunit;

namespace MtlSplit.IoT.Contracts.Tests.Bundles;

public sealed class SignatureTests : IDisposable
{
    private static readonly byte[] Manifest = "{ \"this\": \"is signed\" }"u8.ToArray();

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mtlsplit-keys-");
    private readonly SigningKey _key = SigningKey.Create();

    public void Dispose()
    {
        _key.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public void AKey_IsNamedByItsPublicPart_AndReadsBackFromItsFiles()
    {
        var (secret, open) = (Write("release.key.pem", _key.PrivatePem()), Write("trusted/release.pub.pem", _key.PublicPem()));

        using var again = SigningKey.Load(secret);
        var trusted = TrustedKeys.Load(Path.GetDirectoryName(open)!);

        Assert.Equal(_key.Id, again.Id);
        Assert.Equal([_key.Id], trusted.Ids);
        Assert.Equal(new KeyInfo(_key.Id, true, _key.PublicPem()), KeyInfo.Read(secret));
        Assert.Equal(new KeyInfo(_key.Id, false, _key.PublicPem()), KeyInfo.Read(open));
        using var spki = ECDsa.Create();
        spki.ImportFromPem(_key.PublicPem());
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(spki.ExportSubjectPublicKeyInfo())), _key.Id);
    }

    [Fact]
    public void ASignature_OfATrustedKey_Counts_WhoeverElseSigned()
    {
        using var next = SigningKey.Create();
        var file = SignatureFile.Sign(SignatureFile.Sign(null, _key, Manifest), next, Manifest);

        Assert.Equal([next.Id], TrustedKeys.Of(next).Verify(Manifest, file.ToJson(), "it"));
        Assert.Equal([_key.Id, next.Id], TrustedKeys.Of(_key, next).Verify(Manifest, file.ToJson(), "it"));
        Assert.Equal(2, SignatureFile.Sign(file, _key, Manifest).Signatures.Length);
    }

    [Fact]
    public void ASignatureOfATrustedKeyThatDoesNotFit_SpoilsAll()
    {
        using var next = SigningKey.Create();
        var file = SignatureFile.Sign(SignatureFile.Sign(null, _key, [.. Manifest, 1]), next, Manifest);

        Assert.Equal(BundleFault.BadSignature, Assert.Throws<BundleException>(() => TrustedKeys.Of(_key, next).Verify(Manifest, file.ToJson(), "it")).Fault);
        Assert.Equal([next.Id], TrustedKeys.Of(next).Verify(Manifest, file.ToJson(), "it"));
    }

    [Fact]
    public void EveryBitOfASignatureAndOfTheManifest_Counts()
    {
        var file = SignatureFile.Sign(null, _key, Manifest);
        var trusted = TrustedKeys.Of(_key);
        for (var bit = 0; bit < Manifest.Length * 8; bit++)
        {
            var changed = Manifest.ToArray();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Throws<BundleException>(() => trusted.Verify(changed, file.ToJson(), "it"));
        }

        var signature = file.Signatures[0].Signature;
        for (var bit = 0; bit < signature.Length * 8; bit++)
        {
            var changed = signature.ToArray();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            var other = new SignatureFile { Signatures = [file.Signatures[0] with { Signature = changed }] };
            Assert.Equal(BundleFault.BadSignature, Assert.Throws<BundleException>(() => trusted.Verify(Manifest, other.ToJson(), "it")).Fault);
        }
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"schema":"mtlsplit.signatures/2","signatures":[]}""")]
    [InlineData("""{"schema":"mtlsplit.signatures/1","signatures":[]}""")]
    [InlineData("""{"schema":"mtlsplit.signatures/1","signatures":[{"keyId":"a","algorithm":"none","signature":"!"}]}""")]
    public void AFileThatHoldsNoSignature_IsABadOne(string json) =>
        Assert.Equal(BundleFault.BadSignature, Assert.Throws<BundleException>(() => TrustedKeys.Of(_key).Verify(Manifest, System.Text.Encoding.UTF8.GetBytes(json), "it")).Fault);

    [Fact]
    public void AnotherAlgorithm_IsNoSignature()
    {
        var file = SignatureFile.Sign(null, _key, Manifest);
        var none = new SignatureFile { Signatures = [file.Signatures[0] with { Algorithm = "none" }] };

        Assert.Equal(BundleFault.BadSignature, Assert.Throws<BundleException>(() => TrustedKeys.Of(_key).Verify(Manifest, none.ToJson(), "it")).Fault);
    }

    [Fact]
    public void Trusted_AreOnlyPublicKeysOnTheCurve()
    {
        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var rsa = RSA.Create(2048);
        (string Text, string Complaint)[] files =
        [
            (_key.PrivatePem(), "private key"),
            (curve.ExportSubjectPublicKeyInfoPem(), "P-256"),
            (rsa.ExportSubjectPublicKeyInfoPem(), "no elliptic-curve key"),
            ("hello", "no PEM block"),
            (_key.PublicPem() + _key.PublicPem(), "more than one PEM block"),
            ("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", "no elliptic-curve key"),
            ("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n", "ENCRYPTED PRIVATE KEY"),
        ];
        foreach (var (text, complaint) in files)
        {
            var file = Write("trusted/odd.pem", text);
            var refused = Assert.Throws<KeyException>(() => TrustedKeys.Load(Path.GetDirectoryName(file)!));
            Assert.StartsWith(file, refused.Message, StringComparison.Ordinal);
            Assert.Contains(complaint, refused.Message, StringComparison.Ordinal);
        }

        Assert.Contains("no *.pem file", Assert.Throws<KeyException>(() => TrustedKeys.Load(_folder.CreateSubdirectory("none").FullName)).Message, StringComparison.Ordinal);
        Assert.Contains("no such file", Assert.Throws<KeyException>(() => TrustedKeys.Load("/nowhere/key.pem")).Message, StringComparison.Ordinal);
        Assert.Contains("signing takes the private one", Assert.Throws<KeyException>(() => SigningKey.Load(Write("p.pem", _key.PublicPem()))).Message, StringComparison.Ordinal);
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }
}
