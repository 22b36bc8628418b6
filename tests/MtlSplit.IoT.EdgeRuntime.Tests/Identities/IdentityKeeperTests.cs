using Microsoft.Extensions.Logging.Abstractions;
using MtlSplit.IoT.EdgeRuntime.Identities;
using MtlSplit.IoT.HubProtocol.Errors;
using MtlSplit.IoT.HubProtocol.Identities;
using Xunit;

namespace MtlSplit.IoT.EdgeRuntime.Tests.Identities;

public sealed class IdentityKeeperTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("er-id-");
    private readonly MemoryRegistry _registry = new();

    private string File => Path.Combine(_folder.FullName, "identities.json");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Reconcile_MakesWhatIsNeededAndDeletesOnlyTheAgentsOwn()
    {
        _registry.Add("left-over", ModuleIdentity.Keeper);
        _registry.Add("somebody-elses", null);
        using var keeper = Open();

        await keeper.ReconcileAsync(["$edgeHub", "a", "b"], CancellationToken.None);

        Assert.Equal(["$edgeAgent", "$edgeHub", "a", "b", "somebody-elses"], _registry.Modules.Keys);
        Assert.Equal(_registry.Modules.Keys, keeper.All.Select(module => module.ModuleId).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Identities_OfBefore_AreKnownWithoutTheHub()
    {
        using (var keeper = Open())
        {
            await keeper.ReconcileAsync(["a"], CancellationToken.None);
        }

        _registry.Away = true;
        using var again = Open();
        await Assert.ThrowsAsync<HubException>(() => again.RefreshAsync(CancellationToken.None));

        Assert.True(_registry.Modules["a"].IsSame(again.Find("a")!));
    }

    [Fact]
    public async Task Identity_MadeAnew_IsToldOf()
    {
        using var keeper = Open();
        await keeper.ReconcileAsync(["a", "b"], CancellationToken.None);
        List<string> changes = [];
        keeper.Changed += (module, identity) => changes.Add($"{module} {identity?.GenerationId ?? "gone"}");
        var other = _registry.Add("a", ModuleIdentity.Keeper);
        _registry.Modules.Remove("b");

        await keeper.RefreshAsync(CancellationToken.None);

        Assert.Equal([$"a {other.GenerationId}", "b gone"], changes);
    }

    [Fact]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public async Task Keys_AreInAFileOfTheOwnerAlone_WhichMayBeDamaged()
    {
        using (var keeper = Open())
        {
            await keeper.RefreshAsync(CancellationToken.None);
        }

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(File));
        await System.IO.File.WriteAllTextAsync(File, """[{"moduleId":7}]""", TestContext.Current.CancellationToken);
        using var again = Open();
        Assert.Empty(again.All);
    }

    private IdentityKeeper Open() => new(_registry, new HubIdentity("d"), File, NullLogger.Instance);
}
