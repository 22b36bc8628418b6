using System.Text;
using System.Text.Json;
using CsCheck;
using Json.Schema;
using MtlSplit.IoT.Cli.Manifests;
using MtlSplit.IoT.HubProtocol.Messages;
using MtlSplit.IoT.Testing.Bundles;
using Xunit;

namespace MtlSplit.IoT.Cli.Tests.Manifests;

/// <summary>Whoever writes a manifest in an editor sees what <c>mtlsplit manifest validate</c> would say: the schema and the strict reader agree.</summary>
public sealed class ManifestSchemaTests
{
    private static readonly string Manifests = Path.Combine(Path.GetDirectoryName(Path.GetDirectoryName(Path.GetDirectoryName(CommittedBundle.Folder)))!, "deployment-manifests");

    private static readonly JsonSchema Schema = JsonSchema.FromFile(Path.Combine(Manifests, "schema", "deployment.schema.json"));

    // What a schema has no words for; the schema's comment lists the same.
    private static readonly string[] BeyondASchema =
    [
        "is not a route.", "does not hold the JSON of an object", "the piece before it", "is the same piece again", "overlaps with", "is not the name or address of a host", "is not an absolute https:, http: or file: address",
    ];

    [Fact]
    public void CommittedManifests_AreValidForBoth()
    {
        var files = Directory.GetFiles(Manifests, "*.json");
        Assert.NotEmpty(files);

        Assert.All(files, file => Assert.Equal((true, null), (Accepts(File.ReadAllText(file)), Fault(File.ReadAllText(file)))));
    }

    [Fact]
    public void ValidManifests_AreValidForBoth() => AnyManifest.Valid.Sample(
        static text => Assert.True(Accepts(text) && Fault(text) is null, $"schema {Accepts(text)}, reader: {Fault(text)}\n{text}"), iter: 1000, threads: 1);

    [Fact]
    public void MutatedManifests_AreValidForBothOrForNone()
    {
        var (valid, invalid, beyond) = (0, 0, 0);
        Gen.Select(AnyManifest.Valid, ManifestMutation.Any.List[1, 2]).Sample(
            (document, mutations) =>
            {
                var text = mutations.Aggregate(document, static (changed, mutation) => mutation.ApplyTo(changed));
                var (accepted, fault) = (Accepts(text), Fault(text));
                if (accepted && fault is not null && BeyondASchema.Any(words => fault.Contains(words, StringComparison.Ordinal)))
                {
                    beyond++;
                    return;
                }

                Assert.True(accepted == fault is null, $"The schema {(accepted ? "accepts" : "refuses")} it, the reader says {fault ?? "nothing"}:\n{text}");
                _ = accepted ? valid++ : invalid++;
            },
            iter: 6000, threads: 1);

        // Neither verdict may come for nothing.
        Assert.True(valid > 500 && invalid > 500, $"{valid} valid, {invalid} invalid");
        Assert.True(beyond < 600, $"{beyond} of 6000 are beyond the schema");
        TestContext.Current.SendDiagnosticMessage($"{valid} valid for both, {invalid} for none, {beyond} refused by the reader alone");
    }

    [Theory]
    [InlineData("""{"modulesContent":{"m":{"properties.desired.a":1,"properties.desired.a.b":2}}}""", "overlaps")]
    [InlineData("""{"modulesContent":{"$edgeHub":{"properties.desired.routes.r":"FROM nowhere"}}}""", "not a route")]
    [InlineData("""{"modulesContent":{"backbone":{"properties.desired.broker":{"host":"a b"}}}}""", "host")]
    [InlineData("""{"priority":1.0,"content":{"modulesContent":{"m":{"properties.desired":{}}}}}""", "priority")]
    [InlineData("""{"modulesContent":{"m":{"properties.desired":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{}}}}}}}}}}}}}}}""", "deeper")]
    public void WhatASchemaHasNoWordsFor_IsRefusedByTheReaderAlone(string text, string named)
    {
        Assert.True(Accepts(text));
        Assert.Contains(named, Fault(text), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"modulesContent":{"m":{"properties.desired.a b":null}}}""", "a b")]
    [InlineData("""{"modulesContent":{"$edgeAgent":{"properties.desired.modules.ü":null}}}""", "modules.ü")]
    [InlineData("""{"modulesContent":{"backbone":{"properties.desired.bundle.digest":null}}}""", "bundle.digest")]
    [InlineData("""{"modulesContent":{"backbone":{"properties.desired.bundle":{"source":"/tmp/b","digest":"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef","contract":"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef","release":1}}}}""", "bundle.source")]
    [InlineData("""{"modulesContent":{"backbone":{"properties.desired.colour":null}}}""", "colour")]
    [InlineData("""{"labels":{"a":1},"content":{"modulesContent":{"m":{"properties.desired":{}}}}}""", "labels")]
    [InlineData("""{"metrics":[],"content":{"modulesContent":{"m":{"properties.desired":{}}}}}""", "metrics")]
    public void WhatOnceOnlyOneOfBothSaw_IsRefusedByBoth(string text, string named)
    {
        Assert.False(Accepts(text));
        Assert.Contains(named, Fault(text), StringComparison.Ordinal);
    }

    private static bool Accepts(string text)
    {
        using var document = JsonDocument.Parse(text);
        return Schema.Evaluate(document.RootElement).IsValid;
    }

    private static string? Fault(string text)
    {
        try
        {
            return HubJson.TryParseObject(Encoding.UTF8.GetBytes(text), out var document, out var fault) ? Read(ManifestFile.Of("manifest", document)) : fault;
        }
        catch (ManifestException e)
        {
            return e.Message;
        }

        static string? Read(ManifestFile file) => file.Content.Modules.Count > 0 ? null : "no module";
    }
}
