using Microsoft.Data.Sqlite;

namespace MtlSplit.IoT.DevHub.Storing;

/// <summary>The steps from an empty database to the present schema. A released step never changes; new ones are appended.</summary>
internal static class Migrations
{
    private static readonly string[] Steps =
    [
        """
        CREATE TABLE hub (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE policies (name TEXT PRIMARY KEY, rights INTEGER NOT NULL, primary_key TEXT NOT NULL, secondary_key TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE identities (
            device TEXT NOT NULL, module TEXT NOT NULL, generation TEXT NOT NULL, etag INTEGER NOT NULL, enabled INTEGER NOT NULL, status_reason TEXT,
            status_updated INTEGER NOT NULL, authentication TEXT NOT NULL, primary_key TEXT, secondary_key TEXT, primary_thumbprint TEXT, secondary_thumbprint TEXT,
            edge INTEGER NOT NULL, managed_by TEXT, device_scope TEXT, connection_updated INTEGER NOT NULL, last_activity INTEGER NOT NULL,
            PRIMARY KEY (device, module)) WITHOUT ROWID;
        CREATE TABLE twins (
            device TEXT NOT NULL, module TEXT NOT NULL, etag INTEGER NOT NULL, version INTEGER NOT NULL, tags TEXT NOT NULL, desired TEXT NOT NULL, reported TEXT NOT NULL,
            configurations TEXT NOT NULL,
            PRIMARY KEY (device, module), FOREIGN KEY (device, module) REFERENCES identities (device, module) ON DELETE CASCADE) WITHOUT ROWID;
        CREATE TABLE configurations (
            id TEXT PRIMARY KEY, etag INTEGER NOT NULL, schema_version TEXT NOT NULL, priority INTEGER NOT NULL, target_condition TEXT NOT NULL, labels TEXT NOT NULL,
            content TEXT NOT NULL, metrics TEXT NOT NULL, created INTEGER NOT NULL, updated INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE sessions (client TEXT PRIMARY KEY, subscriptions TEXT NOT NULL) WITHOUT ROWID;
        """,
    ];

    /// <summary>The schema that this program writes.</summary>
    public static int Newest => Steps.Length;

    /// <summary>Brings a database to the present schema, all or nothing.</summary>
    /// <exception cref="StoreException">A newer program wrote it.</exception>
    public static void Apply(SqliteConnection database)
    {
        using var ask = database.CreateCommand();
        ask.CommandText = "PRAGMA user_version";
        var version = Convert.ToInt32(ask.ExecuteScalar());
        if (version > Newest)
        {
            throw new StoreException($"{database.DataSource} has schema {version}; this program knows schemas up to {Newest}. Use a newer program, or another folder.");
        }

        if (version == Newest)
        {
            return;
        }

        using var transaction = database.BeginTransaction();
        foreach (var step in Steps.Skip(version).Append($"PRAGMA user_version = {Newest}"))
        {
            using var command = database.CreateCommand();
            command.Transaction = transaction;
#pragma warning disable CA2100 // The text is one of the constants above.
            command.CommandText = step;
#pragma warning restore CA2100
            command.ExecuteNonQuery();
        }

        transaction.Commit();
    }
}
