using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using MtlSplit.IoT.Backbone.Updating;
using MtlSplit.IoT.Backbone.Updating.Downloading;
using MtlSplit.IoT.Backbone.Updating.Installing;
using MtlSplit.IoT.Backbone.Updating.Proving;
using MtlSplit.IoT.Backbone.Updating.Storing;
using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Contracts.Bundles.Archives;
using MtlSplit.IoT.Contracts.Bundles.Signatures;
using MtlSplit.IoT.Storage.Files;
using MtlSplit.IoT.Testing.Bundles;
using Xunit;

namespace MtlSplit.IoT.Backbone.Tests.Updating;

/// <summary>A vehicle with a store, a bundle of its own (release 5), a key that it trusts, and archives of other bundles.</summary>
internal sealed class UpdateBench : IBackboneSwitch, IInstallWatcher, IDisposable
{
    public const long OwnRelease = 5;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mtlsplit-update-");
    private readonly List<IDisposable> _owned = [];
    private BundleStore? _store;
    private int _made;

    public UpdateBench(IFileSystem? files = null)
    {
        Files = files ?? DiskFileSystem.Instance;
        Own = TinyBundle.Create((int)OwnRelease);
    }

    public IFileSystem Files { get; set; }

    public FakeTimeProvider Time { get; } = new(DateTimeOffset.UnixEpoch.AddDays(20_000));

    public TinyBundle Own { get; }

    public SigningKey Key { get; } = SigningKey.Create();

    public DownloadOptions Options { get; set; } = new();

    public string Store => Path.Combine(_folder.FullName, "store");

    public string Archives => Path.Combine(_folder.FullName, "archives");

    /// <summary>The store as the process that started last has it open.</summary>
    public BundleStore Opened => _store ?? throw new InvalidOperationException("No process was started.");

    /// <summary>The bundles that the pipeline was given, oldest first.</summary>
    public List<string> Swapped { get; } = [];

    /// <summary>The steps, in order.</summary>
    public List<InstallStep> Steps { get; } = [];

    /// <summary>Set to let the pipeline refuse.</summary>
    public Exception? SwapFault { get; set; }

    public Action<long>? OnDownloaded { get; set; }

    public long Now => Time.GetUtcNow().ToUnixTimeMilliseconds() * 1000;

    /// <summary>The process starts; the one before is gone.</summary>
    public async Task<Installer> StartAsync(bool withOwn = true)
    {
        _store?.Dispose();
        _store = null;
        var store = _store = BundleStore.Open(Files, Store, Now, NullLogger.Instance);
        var download = new BundleDownload(Files, Options, Time, new Random(1), NullLogger.Instance);
        var installer = new Installer(Files, store, download, TrustedKeys.Of(Key), this, this, BundleLimits.Default, Time, NullLogger.Instance);
        _owned.Add(download);
        _owned.Add(installer);
        await installer.StartAsync(withOwn ? Own.Folder : null, TestContext.Current.CancellationToken);
        return installer;
    }

    /// <summary>A sound bundle of a release, with an archive; other in each call.</summary>
    public BundleReference Make(long release, Func<BundleManifest, BundleManifest>? change = null, params IReadOnlyList<(string Path, byte[] Content)> replaced)
    {
        var number = ++_made;
        var (path, digest) = DerivedBundle.Write(
            Own.Bundle, Key, Archives, m => (change ?? (same => same))(m with { ReleaseCounter = release, CreatedAt = m.CreatedAt + number }), replaced);
        return BundleReference.Parse(digest, path);
    }

    /// <summary>Good or bad answers to so many features.</summary>
    public FieldEvidence Answers(string digest, int count, float top = 0.9f, int? always = null)
    {
        var evidence = FieldEvidence.None(digest);
        foreach (var task in Own.Bundle.Manifest.Tasks)
        {
            for (var i = 0; i < count; i++)
            {
                var probabilities = new float[task.Classes.Length];
                Array.Fill(probabilities, (1 - top) / (probabilities.Length - 1));
                probabilities[always ?? (i % probabilities.Length)] = top;
                evidence = evidence.Scored(task.Name, probabilities);
            }
        }

        return evidence;
    }

    /// <summary>There is one valid active bundle, and nothing that nobody needs, after the process is gone.</summary>
    public void AssertSound(string? partOf = null)
    {
        _store?.Dispose();
        using var store = BundleStore.Open(DiskFileSystem.Instance, Store, Now, NullLogger.Instance);
        SoundStore.Assert(Store, store, partOf);
    }

    public ValueTask SwapAsync(Bundle bundle, CancellationToken cancellation)
    {
        if (SwapFault is { } fault)
        {
            throw fault;
        }

        Assert.Equal(bundle.Digest, Bundle.Open(bundle.Folder).Digest);
        Swapped.Add(bundle.Digest);
        return ValueTask.CompletedTask;
    }

    public void Began(string digest, InstallStep step) => Steps.Add(step);

    public void Downloaded(string digest, long bytes, long? total) => OnDownloaded?.Invoke(bytes);

    public void Dispose()
    {
        _owned.ForEach(one => one.Dispose());
        _store?.Dispose();
        Own.Dispose();
        Key.Dispose();
        _folder.Delete(recursive: true);
    }
}
