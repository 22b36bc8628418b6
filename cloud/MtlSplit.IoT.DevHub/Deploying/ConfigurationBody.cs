using System.Text.Json.Nodes;
using MtlSplit.IoT.DevHub.Queries;
using MtlSplit.IoT.DevHub.Queries.Parsing;
using MtlSplit.IoT.DevHub.Registry;
using MtlSplit.IoT.DevHub.Registry.Records;
using MtlSplit.IoT.HubProtocol.Deployments;
using MtlSplit.IoT.HubProtocol.Errors;

namespace MtlSplit.IoT.DevHub.Deploying;

/// <summary>Reads what a request says of a configuration. A member that is unknown, or that this hub does not do, is refused by its path.</summary>
internal static class ConfigurationBody
{
    private const int LongestId = 128;

    private static readonly HashSet<string> Members = new(StringComparer.Ordinal)
    {
        "id", "schemaVersion", "labels", "content", "contentType", "targetCondition", "priority", "metrics",
        // What the hub itself decides comes back from clients that read before they write.
        "createdTimeUtc", "lastUpdatedTimeUtc", "systemMetrics", "etag",
    };

    /// <summary>A new configuration.</summary>
    /// <exception cref="HubException">The body is malformed, or says what this hub does not do.</exception>
    public static ConfigurationRecord Create(string id, JsonObject body, long etag, DateTimeOffset now)
    {
        RequireId(id);
        RequireMembers(id, body);
        var content = Bodies.Object(body, "content")?.DeepClone().AsObject() ?? throw Bodies.Wrong("content", "an object");
        var condition = Bodies.Text(body, "targetCondition") ?? "";
        return new ConfigurationRecord
        {
            Id = id,
            Etag = etag,
            SchemaVersion = Bodies.Text(body, "schemaVersion") ?? "1.0",
            Priority = ReadPriority(body) ?? 0,
            TargetCondition = condition,
            Condition = ReadCondition(condition),
            Labels = ReadLabels(body) ?? [],
            ContentJson = content,
            Content = ReadContent(content),
            Metrics = ReadMetrics(body) ?? new Dictionary<string, string>(),
            Created = now,
            Updated = now,
        };
    }

    /// <summary>A configuration as a request changes it: labels, metrics, priority and target condition; its content never changes.</summary>
    /// <exception cref="HubException">The body is malformed, says what this hub does not do, or has another content.</exception>
    public static ConfigurationRecord Update(ConfigurationRecord present, JsonObject body, long etag, DateTimeOffset now)
    {
        RequireMembers(present.Id, body);
        if (Bodies.Object(body, "content") is { } content && !JsonNode.DeepEquals(WithoutNulls(content), WithoutNulls(present.ContentJson)))
        {
            throw Bodies.Invalid($"The content of configuration {present.Id} cannot change once it is made; make another configuration.");
        }

        var condition = Bodies.Text(body, "targetCondition") ?? present.TargetCondition;
        return present with
        {
            Etag = etag,
            Priority = ReadPriority(body) ?? present.Priority,
            TargetCondition = condition,
            Condition = ReadCondition(condition),
            Labels = ReadLabels(body) ?? present.Labels,
            Metrics = ReadMetrics(body) ?? present.Metrics,
            Updated = now,
        };
    }

    /// <summary>A configuration that was kept.</summary>
    /// <exception cref="HubException">It was kept by a program that took more than this one.</exception>
    public static ConfigurationRecord Restore(ConfigurationRow row) => new()
    {
        Id = row.Id,
        Etag = row.Etag,
        SchemaVersion = row.SchemaVersion,
        Priority = row.Priority,
        TargetCondition = row.TargetCondition,
        Condition = ReadCondition(row.TargetCondition),
        Labels = row.Labels,
        ContentJson = row.Content,
        Content = ReadContent(row.Content),
        Metrics = row.Metrics.ToDictionary(metric => metric.Key, metric => metric.Value!.GetValue<string>(), StringComparer.Ordinal),
        Created = row.Created,
        Updated = row.Updated,
    };

    /// <summary>Queries by name, as they are kept.</summary>
    public static JsonObject WriteMetrics(IReadOnlyDictionary<string, string> metrics) =>
        new(metrics.OrderBy(metric => metric.Key, StringComparer.Ordinal).Select(metric => KeyValuePair.Create(metric.Key, (JsonNode?)metric.Value)));

    /// <summary>Reads what is to be deployed.</summary>
    /// <exception cref="HubException">It is malformed, too large, or says what this hub does not do.</exception>
    public static DeploymentContent ReadContent(JsonObject content)
    {
        if (content.FirstOrDefault(member => member.Key != "modulesContent" && member.Value is not null).Key is { } other)
        {
            throw Bodies.Invalid($"content.{other} is not supported by this hub; modulesContent is.");
        }

        DeploymentContent read;
        try
        {
            read = DeploymentContent.Parse(WithoutNulls(content));
        }
        catch (DeploymentException e)
        {
            throw new HubException(HubErrors.ArgumentInvalid, $"content: {e.Message}", e);
        }

        if (read.Modules.Count > HubLimits.ModulesPerDeployment)
        {
            throw Bodies.Invalid($"content.modulesContent has {read.Modules.Count} modules; {HubLimits.ModulesPerDeployment} are the most.");
        }

        return read;
    }

    private static JsonObject WithoutNulls(JsonObject content) =>
        new(content.Where(member => member.Value is not null).Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone())));

    private static void RequireId(string id)
    {
        if (id.Length is 0 or > LongestId || id.Any(c => char.IsUpper(c) || char.IsWhiteSpace(c) || char.IsControl(c) || "&^[]{}\\|\"<>/".Contains(c, StringComparison.Ordinal)))
        {
            throw Bodies.Invalid($"'{id}' cannot be the id of a configuration: at most {LongestId} characters, lower case, without white space and & ^ [ ] {{ }} \\ | \" < > /.");
        }
    }

    private static void RequireMembers(string id, JsonObject body)
    {
        if (body.FirstOrDefault(member => !Members.Contains(member.Key)).Key is { } unknown)
        {
            throw Bodies.Invalid($"{unknown} is no member of a configuration.");
        }

        if (Bodies.Text(body, "id") is { } said && said != id)
        {
            throw Bodies.Invalid($"id in the body is '{said}', in the path '{id}'.");
        }
    }

    private static int? ReadPriority(JsonObject body) => Bodies.Whole(body, "priority") is not { } priority ? null
        : priority >= 0 ? priority : throw Bodies.Wrong("priority", "0 or more");

    private static JsonObject? ReadLabels(JsonObject body)
    {
        var labels = Bodies.Object(body, "labels")?.DeepClone().AsObject();
        foreach (var (name, _) in labels ?? [])
        {
            _ = Bodies.Text(labels!, name, "labels.");
        }

        return labels;
    }

    private static Queries.Expressions.Expression ReadCondition(string text)
    {
        try
        {
            return QueryParser.ParseCondition(text);
        }
        catch (QueryException e)
        {
            throw new HubException(HubErrors.ArgumentInvalid, $"targetCondition is refused: {e.Message}.", e);
        }
    }

    private static Dictionary<string, string>? ReadMetrics(JsonObject body)
    {
        if (Bodies.Object(body, "metrics") is not { } metrics || Bodies.Object(metrics, "queries", "metrics.") is not { } queries)
        {
            return null;
        }

        if (queries.Count > HubLimits.MetricsPerConfiguration)
        {
            throw Bodies.Invalid($"metrics.queries has {queries.Count} queries; {HubLimits.MetricsPerConfiguration} are the most.");
        }

        Dictionary<string, string> read = new(StringComparer.Ordinal);
        foreach (var (name, _) in queries)
        {
            var text = Bodies.Text(queries, name, "metrics.queries.") ?? throw Bodies.Wrong($"metrics.queries.{name}", "a query");
            try
            {
                QueryParser.Parse(text);
            }
            catch (QueryException e)
            {
                throw new HubException(HubErrors.ArgumentInvalid, $"metrics.queries.{name} is refused: {e.Message}.", e);
            }

            read[name] = text;
        }

        return read;
    }
}
