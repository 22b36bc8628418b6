namespace MtlSplit.IoT.Cli.Demo;

/// <summary>Where a demonstration writes: samples, heads, quarantine, logs, settings. Removed when disposed, unless it was named.</summary>
internal sealed class DemoFolder : IDisposable
{
    private readonly bool _keep;

    /// <exception cref="DemoException">The named folder is not empty, or cannot be made.</exception>
    public DemoFolder(string? named)
    {
        _keep = named is not null;
        try
        {
            Root = named is null ? Directory.CreateTempSubdirectory("mtlsplit-demo-").FullName : Directory.CreateDirectory(named).FullName;
            if (_keep && Directory.EnumerateFileSystemEntries(Root).Any())
            {
                throw new DemoException($"--data: {Root} is not empty.");
            }

            Directory.CreateDirectory(Data);
            Directory.CreateDirectory(Path.Combine(Root, "logs"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DemoException($"No folder to write to: {e.Message}", e);
        }
    }

    public string Root { get; }

    /// <summary>The data folder of recorder, consumers and retraining.</summary>
    public string Data => Path.Combine(Root, "data");

    public string LogOf(string process) => Path.Combine(Root, "logs", $"{process}.log");

    public string AddressFile => Path.Combine(Root, "broker-address");

    /// <summary>The hub's database and authority.</summary>
    public string HubData => Path.Combine(Root, "hub");

    /// <summary>Where the hub says how it is reached.</summary>
    public string HubReadyFile => Path.Combine(Root, "hub-ready.json");

    /// <summary>The key that signs bundles.</summary>
    public string Keys => Path.Combine(Root, "keys");

    /// <summary>Where training puts what it makes.</summary>
    public string Run => Path.Combine(Root, "run");

    /// <summary>The folder of the new backbone's bundle.</summary>
    public string BundleOf(string name, long release) => Path.Combine(Root, "models", name, release.ToString(System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>Archives as vehicles fetch them.</summary>
    public string Archives => Path.Combine(Root, "archives");

    /// <summary>A deployment manifest.</summary>
    public string ManifestOf(string name) => Path.Combine(Root, "manifests", $"{name}.json");

    /// <summary>The files of one vehicle.</summary>
    public VehicleFolder Of(string vehicle) => new(Path.Combine(Root, vehicle));

    public void Dispose()
    {
        if (!_keep)
        {
            Directory.Delete(Root, recursive: true);
        }
    }
}
