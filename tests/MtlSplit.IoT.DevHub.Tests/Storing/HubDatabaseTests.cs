using System.Runtime.Versioning;
using Microsoft.Data.Sqlite;
using MtlSplit.IoT.DevHub.Registry.Identities;
using MtlSplit.IoT.DevHub.Registry.Twins;
using MtlSplit.IoT.DevHub.Registry.Views;
using MtlSplit.IoT.DevHub.Storing;
using MtlSplit.IoT.DevHub.Tests.Registry;
using MtlSplit.IoT.HubGateway;
using MtlSplit.IoT.HubProtocol.Identities;
using Xunit;

namespace MtlSplit.IoT.DevHub.Tests.Storing;

public sealed class HubDatabaseTests : IDisposable
{
    private static readonly HubIdentity Module = new("d1", "m");

    private readonly Hubs _hub = new();

    public void Dispose() => _hub.Dispose();

    [Fact]
    public void Registry_ReadAgain_IsAsItWas()
    {
        _hub.Put(new HubIdentity("d1"), """{"status":"disabled","statusReason":"sold","capabilities":{"iotEdge":true}}""");
        _hub.Put(Module, """{"managedBy":"me","authentication":{"type":"selfSigned","x509Thumbprint":{"primaryThumbprint":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}}}""");
        _hub.Patch(Module, """{"tags":{"t":"ü"},"properties":{"desired":{"a":{"b":[1,{"c":null}]}}}}""".Replace("null", "2", StringComparison.Ordinal));
        _hub.Registry.Change(change => TwinChanges.Report(change, Module, Hubs.Json("""{"r":{"s":1.5}}""")));
        _hub.Put(new HubIdentity("gone"));
        _hub.Registry.Change(change =>
        {
            IdentityRegistration.Delete(change, new HubIdentity("gone"), default);
            return 0;
        });
        var before = Snapshot();

        _hub.Reopen();

        Assert.Equal(before, Snapshot());
        Assert.Equal(4, _hub.Registry.State.EntryCount);
        Assert.Equal(4, before.Count(line => line.Contains("\"tags\"", StringComparison.Ordinal)));
    }

    [Fact]
    public void Etags_AfterARemovalAndARestart_NeverComeAgain()
    {
        var first = _hub.Device("d1");
        _hub.Registry.Change(change =>
        {
            IdentityRegistration.Delete(change, first.Id, default);
            return 0;
        });
        _hub.Reopen();

        var second = _hub.Device("d1");

        Assert.True(second.Identity.Etag > first.Twin.Etag);
        Assert.True(string.CompareOrdinal(second.Identity.GenerationId, first.Identity.GenerationId) > 0, "The clock stands still, and still the generation is another.");
    }

    [Fact]
    public void Change_ThatThrowsHalfway_LeavesNothing()
    {
        Assert.Throws<InvalidOperationException>(() => _hub.Registry.Change<int>(change =>
        {
            IdentityRegistration.Create(change, new HubIdentity("d1"), IdentityBody.Read([], new HubIdentity("d1")));
            throw new InvalidOperationException("halfway");
        }));

        Assert.Empty(_hub.Registry.State.Devices);
        _hub.Reopen();
        Assert.Empty(_hub.Registry.State.Devices);
    }

    [Fact]
    public void Subscriptions_OfAClientThatAskedForIt_AreKeptUntilItIsRemoved()
    {
        _hub.Device("d1");
        _hub.Put(Module);
        var table = new SessionTable(_hub.Database);
        table.Put(new SessionSubscriptions(Module, true, [new("$iothub/twin/res/#", 0), new("$iothub/methods/POST/#", 1)]));
        table.Put(new SessionSubscriptions(new HubIdentity("d1"), false, [new("$iothub/twin/res/#", 0)]));

        var kept = Assert.Single(table.ReadAll());
        Assert.Equal(Module, kept.Identity);
        Assert.Equal([new("$iothub/twin/res/#", 0), new("$iothub/methods/POST/#", 1)], kept.Filters);
        _hub.Registry.Change(change =>
        {
            IdentityRegistration.Delete(change, new HubIdentity("d1"), default);
            return 0;
        });
        Assert.Empty(table.ReadAll());
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void File_IsForItsOwnerAlone()
    {
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_hub.File));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_hub.File + "-wal"));
    }

    [Fact]
    public void File_ThatAnotherHubHas_IsRefused()
    {
        var refusal = Assert.Throws<StoreException>(() => HubDatabase.Open(_hub.File));

        Assert.Contains($"{_hub.File} is in use by another process", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void File_OfANewerProgram_IsRefusedAndLeftAlone()
    {
        var file = _hub.File + ".newer";
        using (HubDatabase.Open(file))
        {
        }

        Run(file, $"PRAGMA user_version = {Migrations.Newest + 1}");

        var refusal = Assert.Throws<StoreException>(() => HubDatabase.Open(file));

        Assert.Contains($"has schema {Migrations.Newest + 1}; this program knows schemas up to {Migrations.Newest}", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(file, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void File_ThatIsNoDatabase_IsRefused()
    {
        var file = _hub.File + ".text";
        File.WriteAllText(file, new string('x', 5000));

        Assert.Contains("is damaged or is no database", Assert.Throws<StoreException>(() => HubDatabase.Open(file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void File_ThatIsDamaged_IsRefused()
    {
        for (var i = 0; i < 50; i++)
        {
            _hub.Device($"device-{i}");
        }

        _hub.Reopen();
        var copy = _hub.File + ".copy";
        _hub.Database.Dispose();
        var bytes = File.ReadAllBytes(_hub.File);
        // Pages behind the first one, which says that it is a database.
        Array.Fill(bytes, (byte)0xA5, 4096, bytes.Length - 4096);
        File.WriteAllBytes(copy, bytes);

        Assert.Contains("is damaged or is no database", Assert.Throws<StoreException>(() => HubDatabase.Open(copy)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Folder_ThatCannotBeWritten_IsRefusedByName()
    {
        var file = Path.Combine(_hub.File, "below-a-file", "hub.db");

        Assert.Contains("hub.db", Assert.ThrowsAny<Exception>(() => HubDatabase.Open(file)).Message, StringComparison.Ordinal);
    }

    private static void Run(string file, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private List<string> Snapshot() => [.. _hub.Registry.State.Devices.Values.SelectMany(device => device.Modules.Values.Prepend(device.Self))
        .SelectMany(entry => new[] { IdentityView.ToJson(entry.Identity).ToJsonString(), TwinView.ToJson(entry).ToJsonString() })];
}
