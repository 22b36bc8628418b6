namespace MtlSplit.IoT.DevHub.Storing;

/// <summary>Single values of the hub: its authority, its counters.</summary>
internal sealed class HubValues(HubDatabase database)
{
    /// <summary>The authority's certificate, PEM.</summary>
    public const string AuthorityCertificate = "authority.certificate";

    /// <summary>The authority's key, PEM.</summary>
    public const string AuthorityKey = "authority.key";

    /// <summary>The last etag that was given out.</summary>
    public const string LastEtag = "etag";

    /// <summary>The last generation id that was given out.</summary>
    public const string LastGeneration = "generation";

    private const string Upsert = "INSERT INTO hub (name, value) VALUES ($0, $1) ON CONFLICT (name) DO UPDATE SET value = excluded.value";

    /// <summary>All of them.</summary>
    public IReadOnlyDictionary<string, string> ReadAll() =>
        database.Read("SELECT name, value FROM hub", static row => KeyValuePair.Create(row.GetString(0), row.GetString(1))).ToDictionary();

    /// <summary>Writes one within a transaction.</summary>
    public static void Put(HubWriter writer, string name, string value) => writer.Run(Upsert, name, value);
}
