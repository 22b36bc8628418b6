using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using MtlSplit.IoT.DevHub.Registry;
using MtlSplit.IoT.DevHub.Registry.Identities;
using MtlSplit.IoT.DevHub.Registry.Records;
using MtlSplit.IoT.DevHub.Registry.Twins;
using MtlSplit.IoT.DevHub.Storing;
using MtlSplit.IoT.HubProtocol.Identities;

namespace MtlSplit.IoT.DevHub.Tests.Registry;

/// <summary>A registry on a database of its own.</summary>
internal sealed class Hubs : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mtlsplit-hub-");
    private HubDatabase _database;

    public Hubs()
    {
        _database = HubDatabase.Open(File);
        Registry = HubRegistry.Load(_database, Time, NullLogger<HubRegistry>.Instance);
    }

    public string File => Path.Combine(_folder.FullName, "hub.db");

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    public HubRegistry Registry { get; private set; }

    public HubDatabase Database => _database;

    /// <summary>Everything again from the file.</summary>
    public void Reopen()
    {
        _database.Dispose();
        _database = HubDatabase.Open(File);
        Registry = HubRegistry.Load(_database, Time, NullLogger<HubRegistry>.Instance);
    }

    public HubEntry Put(HubIdentity id, string body = "{}", EtagCondition condition = default) =>
        Registry.Change(change => IdentityRegistration.Put(change, id, IdentityBody.Read(Json(body), id), condition)).Entry;

    public HubEntry Device(string id, bool edge = false) => Put(new HubIdentity(id), edge ? """{"capabilities":{"iotEdge":true}}""" : "{}");

    public HubEntry Patch(HubIdentity id, string body) => Registry.Change(change => TwinChanges.Patch(change, id, TwinBody.Read(Json(body), id), default));

    public static JsonObject Json(string text) => JsonNode.Parse(text)!.AsObject();

    public void Dispose()
    {
        _database.Dispose();
        _folder.Delete(recursive: true);
    }
}
