using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using MtlSplit.IoT.HubProtocol.Deployments;
using MtlSplit.IoT.HubProtocol.Messages;

namespace MtlSplit.IoT.Cli.Manifests;

/// <summary>
/// A deployment in a file: <c>id</c>, <c>priority</c>, <c>targetCondition</c> and <c>labels</c>, and the content under <c>content</c>; or the bare
/// content. Everything in it has been checked.
/// </summary>
internal sealed class ManifestFile
{
    /// <summary>As people write it: conditions hold quotation marks, which need no escape.</summary>
    public static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The same in one line.</summary>
    public static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private ManifestFile(string path, JsonObject document, DeploymentContent content)
    {
        Path = path;
        Document = document;
        Content = content;
    }

    public string Path { get; }

    /// <summary>The document as it stands in the file.</summary>
    public JsonObject Document { get; }

    public DeploymentContent Content { get; }

    public string? Id => Document["id"]?.GetValue<string>();

    public int Priority => Document["priority"]?.GetValue<int>() ?? 0;

    public string? TargetCondition => Document["targetCondition"]?.GetValue<string>();

    /// <summary>Reads a file and checks it, the sections of backbone modules too.</summary>
    /// <exception cref="ManifestException">It cannot be used; the message names the file, the path in it and the fault.</exception>
    public static ManifestFile Read(string path)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ManifestException(path, "", e.Message, e);
        }

        return HubJson.TryParseObject(bytes, out var document, out var fault) ? Of(path, document) : throw new ManifestException(path, "", fault);
    }

    /// <summary>Checks a document.</summary>
    /// <param name="path">What to call it in messages.</param>
    /// <param name="document">The document.</param>
    /// <exception cref="ManifestException">It cannot be used.</exception>
    public static ManifestFile Of(string path, JsonObject document)
    {
        try
        {
            var content = DeploymentContent.Parse(document);
            CheckFrame(path, document);
            BackboneSections.Check(path, content);
            return new ManifestFile(path, document, content);
        }
        catch (DeploymentException e)
        {
            var at = e.Path.Length == 0 ? "" : e.Path;
            throw new ManifestException(path, at, at.Length > 0 && e.Message.StartsWith(at, StringComparison.Ordinal) ? e.Message[at.Length..].TrimStart(':', ' ') : e.Message, e);
        }
    }

    /// <summary>The document as indented JSON, with a line's end at its end.</summary>
    public string ToText() => Document.ToJsonString(Indented) + "\n";

    private static void CheckFrame(string path, JsonObject document)
    {
        Check("id", value => value.GetValueKind() == JsonValueKind.String && value.GetValue<string>() is { Length: > 0 and <= 128 } id && id.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || "-:+%_#*?!(),=@;$'.".Contains(c, StringComparison.Ordinal)),
            "is not an id: 1 to 128 lower-case letters, digits and - . _ : are allowed");
        Check("priority", value => value.GetValueKind() == JsonValueKind.Number && HubJson.TryGetWhole(value, out var number) && number is >= 0 and <= int.MaxValue, "is not a priority: a whole number from 0 is wanted");
        Check("targetCondition", value => value.GetValueKind() == JsonValueKind.String, "is not a condition such as \"tags.ring='canary'\", or \"*\" for every device");

        foreach (var name in (string[])["$schema", "schemaVersion", "contentType", "createdTimeUtc", "lastUpdatedTimeUtc", "etag"])
        {
            Check(name, value => value.GetValueKind() == JsonValueKind.String, "is not a text");
        }

        Check("labels", value => value is JsonObject labels && labels.All(label => label.Value?.GetValueKind() == JsonValueKind.String), "is not an object of texts such as {\"ring\":\"canary\"}");
        Check("metrics", value => value is JsonObject, "is not an object");
        Check("systemMetrics", value => value is JsonObject, "is not an object");

        void Check(string name, Func<JsonNode, bool> holds, string problem)
        {
            if (document[name] is { } value && !holds(value))
            {
                throw new ManifestException(path, name, $"{value.ToJsonString(Compact)} {problem}");
            }
        }
    }
}
