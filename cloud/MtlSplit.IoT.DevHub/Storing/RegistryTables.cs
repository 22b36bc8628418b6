using Microsoft.Data.Sqlite;
using MtlSplit.IoT.DevHub.Deploying;
using MtlSplit.IoT.DevHub.Registry.Records;
using MtlSplit.IoT.HubProtocol.Identities;
using MtlSplit.IoT.HubProtocol.Twins;

namespace MtlSplit.IoT.DevHub.Storing;

/// <summary>The registry in the database.</summary>
internal static class RegistryTables
{
    private const string PutIdentity = """
        INSERT INTO identities (device, module, generation, etag, enabled, status_reason, status_updated, authentication, primary_key, secondary_key, primary_thumbprint,
            secondary_thumbprint, edge, managed_by, device_scope, connection_updated, last_activity)
        VALUES ($0, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
        ON CONFLICT (device, module) DO UPDATE SET generation = excluded.generation, etag = excluded.etag, enabled = excluded.enabled, status_reason = excluded.status_reason,
            status_updated = excluded.status_updated, authentication = excluded.authentication, primary_key = excluded.primary_key, secondary_key = excluded.secondary_key,
            primary_thumbprint = excluded.primary_thumbprint, secondary_thumbprint = excluded.secondary_thumbprint, edge = excluded.edge, managed_by = excluded.managed_by,
            device_scope = excluded.device_scope, connection_updated = excluded.connection_updated, last_activity = excluded.last_activity
        """;

    private const string PutTwin = """
        INSERT INTO twins (device, module, etag, version, tags, desired, reported, configurations) VALUES ($0, $1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (device, module) DO UPDATE SET etag = excluded.etag, version = excluded.version, tags = excluded.tags, desired = excluded.desired,
            reported = excluded.reported, configurations = excluded.configurations
        """;

    private const string PutConfiguration = """
        INSERT INTO configurations (id, etag, schema_version, priority, target_condition, labels, content, metrics, created, updated)
        VALUES ($0, $1, $2, $3, $4, $5, $6, $7, $8, $9)
        ON CONFLICT (id) DO UPDATE SET etag = excluded.etag, priority = excluded.priority, target_condition = excluded.target_condition, labels = excluded.labels,
            metrics = excluded.metrics, updated = excluded.updated
        """;

    // A device comes before its modules: its module is the empty text.
    private const string AllEntries = """
        SELECT i.device, i.module, i.generation, i.etag, i.enabled, i.status_reason, i.status_updated, i.authentication, i.primary_key, i.secondary_key, i.primary_thumbprint,
            i.secondary_thumbprint, i.edge, i.managed_by, i.device_scope, i.connection_updated, i.last_activity,
            t.etag, t.version, t.tags, t.desired, t.reported, t.configurations
        FROM identities i JOIN twins t ON t.device = i.device AND t.module = i.module ORDER BY i.device, i.module
        """;

    /// <summary>Everything that was kept.</summary>
    /// <exception cref="StoreException">The file cannot be read, or holds what this program did not write.</exception>
    public static RegistryState Load(HubDatabase database)
    {
        var state = database.Read(AllEntries, ReadEntry).Aggregate(RegistryState.Empty, static (state, entry) => state.With(entry));
        var configurations = database.Read(
            "SELECT id, etag, schema_version, priority, target_condition, labels, content, metrics, created, updated FROM configurations", ReadConfiguration);
        return state with { Configurations = state.Configurations.AddRange(configurations.Select(c => KeyValuePair.Create(c.Id, c))) };
    }

    /// <summary>Writes the identity of an entry, its twin, or both.</summary>
    public static void Put(HubWriter writer, HubEntry entry, bool identity, bool twin)
    {
        if (identity)
        {
            Put(writer, entry.Identity);
        }

        if (twin)
        {
            Put(writer, entry.Id, entry.Twin);
        }
    }

    /// <summary>Removes a module, or a device with its modules, and what it subscribed to.</summary>
    public static void Remove(HubWriter writer, HubIdentity id)
    {
        writer.Run("DELETE FROM sessions WHERE client = $0", id.ClientId);
        if (id.ModuleId is { } module)
        {
            writer.Run("DELETE FROM identities WHERE device = $0 AND module = $1", id.DeviceId, module);
        }
        else
        {
            writer.Run("DELETE FROM identities WHERE device = $0", id.DeviceId);
        }
    }

    /// <summary>Writes a configuration.</summary>
    public static void Put(HubWriter writer, ConfigurationRecord configuration) => writer.Run(
        PutConfiguration, configuration.Id, configuration.Etag, configuration.SchemaVersion, configuration.Priority, configuration.TargetCondition, configuration.Labels.ToJsonString(),
        configuration.ContentJson.ToJsonString(), ConfigurationBody.WriteMetrics(configuration.Metrics).ToJsonString(), configuration.Created.UtcTicks, configuration.Updated.UtcTicks);

    /// <summary>Removes a configuration.</summary>
    public static void RemoveConfiguration(HubWriter writer, string id) => writer.Run("DELETE FROM configurations WHERE id = $0", id);

    private static void Put(HubWriter writer, IdentityRecord identity)
    {
        var proof = identity.Authentication;
        writer.Run(
            PutIdentity, identity.Id.DeviceId, identity.Id.ModuleId ?? "", identity.GenerationId, identity.Etag, identity.Enabled, identity.StatusReason, identity.StatusUpdated.UtcTicks,
            proof.Kind.ToString(), proof.PrimaryKey, proof.SecondaryKey, proof.PrimaryThumbprint, proof.SecondaryThumbprint, identity.IsEdge, identity.ManagedBy, identity.DeviceScope,
            identity.ConnectionUpdated.UtcTicks, identity.LastActivity.UtcTicks);
    }

    private static void Put(HubWriter writer, HubIdentity id, TwinRecord twin) => writer.Run(
        PutTwin, id.DeviceId, id.ModuleId ?? "", twin.Etag, twin.Version, twin.Tags.ToJsonString(), twin.Desired.ToServiceJson().ToJsonString(), twin.Reported.ToServiceJson().ToJsonString(),
        twin.Configurations.ToJsonString());

    private static HubEntry ReadEntry(SqliteDataReader row)
    {
        var module = row.GetString(1);
        var id = new HubIdentity(row.GetString(0), module.Length == 0 ? null : module);
        var identity = new IdentityRecord
        {
            Id = id,
            GenerationId = row.GetString(2),
            Etag = row.GetInt64(3),
            Enabled = row.GetBoolean(4),
            StatusReason = row.Text(5),
            StatusUpdated = row.Time(6),
            Authentication = new Authentication
            {
                Kind = Enum.Parse<AuthenticationKind>(row.GetString(7)),
                PrimaryKey = row.Text(8),
                SecondaryKey = row.Text(9),
                PrimaryThumbprint = row.Text(10),
                SecondaryThumbprint = row.Text(11),
            },
            IsEdge = row.GetBoolean(12),
            ManagedBy = row.Text(13),
            DeviceScope = row.Text(14),
            ConnectionUpdated = row.Time(15),
            LastActivity = row.Time(16),
        };
        return new HubEntry(identity, new TwinRecord
        {
            Etag = row.GetInt64(17),
            Version = row.GetInt64(18),
            Tags = row.Json(19),
            Desired = TwinSection.FromServiceJson(row.Json(20), TwinSectionKind.Desired, identity.LastActivity),
            Reported = TwinSection.FromServiceJson(row.Json(21), TwinSectionKind.Reported, identity.LastActivity),
            Configurations = row.Json(22),
        });
    }

    private static ConfigurationRecord ReadConfiguration(SqliteDataReader row) => ConfigurationBody.Restore(
        new ConfigurationRow
        {
            Id = row.GetString(0),
            Etag = row.GetInt64(1),
            SchemaVersion = row.GetString(2),
            Priority = row.GetInt32(3),
            TargetCondition = row.GetString(4),
            Labels = row.Json(5),
            Content = row.Json(6),
            Metrics = row.Json(7),
            Created = row.Time(8),
            Updated = row.Time(9),
        });
}
