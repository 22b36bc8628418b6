using System.Globalization;
using System.Text.Json.Nodes;
using MtlSplit.IoT.HubProtocol.Deployments;
using MtlSplit.IoT.HubProtocol.Messages;

namespace MtlSplit.IoT.EdgeRuntime.Running.Processes;

/// <summary>What is remembered of a module on disk, so that the next runtime knows. Immutable.</summary>
internal sealed record ModuleRecord
{
    public required ModuleLaunch Launch { get; init; }

    /// <summary>
    /// The number of the last launch; 0: none. Each has a file of its own that the launched process makes. Numbers come from the clock, so that a module made anew
    /// never waits for the file of a launch that is under way for the one before.
    /// </summary>
    public long Number { get; init; }

    /// <summary>What happened to the module before it was made, for people to read; empty: nothing.</summary>
    public string Remark { get; init; } = "";

    /// <summary>It shall run; false after it was stopped.</summary>
    public bool Meant { get; init; }

    public DateTimeOffset? Started { get; init; }

    /// <summary>When the last launch ended; null: not yet, as far as is known.</summary>
    public DateTimeOffset? Exited { get; init; }

    public int? ExitCode { get; init; }

    public byte[] ToUtf8()
    {
        var env = new JsonObject();
        foreach (var (name, value) in Launch.Environment)
        {
            env[name] = value;
        }

        return HubJson.ToUtf8(new JsonObject
        {
            ["name"] = Launch.Spec.Name,
            ["spec"] = Launch.Spec.ToJson(),
            ["surroundings"] = Launch.Surroundings,
            ["environment"] = env,
            ["number"] = Number,
            ["remark"] = Remark,
            ["meant"] = Meant,
            ["started"] = Started?.ToString("O", CultureInfo.InvariantCulture),
            ["exited"] = Exited?.ToString("O", CultureInfo.InvariantCulture),
            ["exitCode"] = ExitCode,
        });
    }

    /// <exception cref="FormatException">The file is damaged.</exception>
    public static ModuleRecord FromUtf8(ReadOnlySpan<byte> utf8)
    {
        var json = HubJson.ParseObject(utf8, "module.json");
        try
        {
            return new ModuleRecord
            {
                Launch = new ModuleLaunch(
                    ModuleSpec.Parse(json["name"]!.GetValue<string>(), json["spec"], "spec"),
                    json["surroundings"]!.GetValue<string>(),
                    json["environment"]!.AsObject().ToDictionary(variable => variable.Key, variable => variable.Value!.GetValue<string>(), StringComparer.Ordinal)),
                Number = json["number"]!.GetValue<long>(),
                Remark = json["remark"]!.GetValue<string>(),
                Meant = json["meant"]!.GetValue<bool>(),
                Started = Time(json["started"]),
                Exited = Time(json["exited"]),
                ExitCode = json["exitCode"]?.GetValue<int>(),
            };
        }
        catch (Exception e) when (e is NullReferenceException or InvalidOperationException)
        {
            throw new FormatException("A part is missing or of another kind.", e);
        }
    }

    private static DateTimeOffset? Time(JsonNode? node) => node is null ? null : DateTimeOffset.Parse(node.GetValue<string>(), CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind);
}
