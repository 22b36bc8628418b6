using Microsoft.Extensions.Logging.Abstractions;
using MtlSplit.IoT.Backbone.Updating.Storing;
using MtlSplit.IoT.Storage.Files;
using MtlSplit.IoT.Testing.Processes;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.Backbone.Tests.Updating.Storing;

/// <summary>Real processes that open one store.</summary>
public sealed class StoreLockTests : IDisposable
{
    private const string Program = "MtlSplit.IoT.Backbone.Tests";

    private readonly UpdateBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task Store_ThatAnotherProcessHasOpen_IsRefusedByNameAndLeftUntouchedUntilThatProcessIsGone()
    {
        await _bench.StartAsync();
        _bench.Opened.Dispose();
        await using var first = ProgramUnderTest.Start(Program, StoreHolder.Verb, _bench.Store);
        await Expect.UntilAsync(() => first.Output.Contains($"active {_bench.Own.Bundle.Digest}", StringComparison.Ordinal), "the first process has the store open");
        // What it would be about to install: putting the store in order would sweep it away.
        var staged = Path.Combine(_bench.Store, "staging", "on-its-way");
        Directory.CreateDirectory(staged);

        var refused = Assert.Throws<FolderInUseException>(() => BundleStore.Open(DiskFileSystem.Instance, _bench.Store, _bench.Now, NullLogger.Instance));
        await using var second = ProgramUnderTest.Start(Program, StoreHolder.Verb, _bench.Store);
        Assert.Equal(StoreHolder.InUse, await second.ExitAsync());

        Assert.Equal((_bench.Store, $"process {first.Id} (dotnet)"), (refused.Folder, refused.Holder));
        Assert.Contains($"{_bench.Store} is in use by process {first.Id} (dotnet)", refused.Message, StringComparison.Ordinal);
        Assert.Contains(refused.Message, second.Output, StringComparison.Ordinal);
        Assert.True(Directory.Exists(staged));

        await first.KillAsync();
        _bench.AssertSound();
    }
}
