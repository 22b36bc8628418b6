using MtlSplit.IoT.Images.Tools;
using Polly;
using Polly.Retry;

namespace MtlSplit.IoT.Images.Debian;

/// <summary>
/// Debian's packages in a folder: what is there is used, what is not is fetched by apt from where this machine has its packages, which checks their signatures. Nothing is installed,
/// and the machine's own package lists stay as they are.
/// </summary>
/// <param name="folder">The folder; packages of each architecture have one of their own in it.</param>
/// <param name="time">The clock.</param>
/// <param name="say">Told what is being done.</param>
public sealed class DebianMirror(string folder, TimeProvider time, Action<string> say)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(200);

    private readonly ResiliencePipeline _pipeline = new ResiliencePipelineBuilder { TimeProvider = time }
        .AddRetry(new RetryStrategyOptions { MaxRetryAttempts = 2, Delay = TimeSpan.FromSeconds(2), BackoffType = DelayBackoffType.Exponential, ShouldHandle = new PredicateBuilder().Handle<ImageException>() })
        .Build();

    /// <summary>The packages' files, in the order of their names.</summary>
    /// <param name="platform">What they are for.</param>
    /// <param name="names">Their names.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="ImageException">One cannot be had, or there are several versions of it in the folder.</exception>
    public async Task<IReadOnlyList<DebianPackage>> GetAsync(Platform platform, IReadOnlyCollection<string> names, CancellationToken ct)
    {
        if (Tool.Find("dpkg-deb") is null)
        {
            throw new ImageException("dpkg-deb is not here, and nothing else unpacks Debian's packages. On other systems it comes with the package dpkg.");
        }

        var place = Path.Combine(Path.GetFullPath(folder), platform.Architecture);
        Directory.CreateDirectory(place);
        // Two builds at once would fetch the same files into the same place.
        await using var alone = await TakeAsync(Path.Combine(place, ".lock"), ct);
        var missing = names.Where(name => FilesOf(place, name).Length == 0).Order(StringComparer.Ordinal).ToList();
        if (missing.Count > 0)
        {
            await FetchAsync(place, platform, missing, ct);
        }

        List<DebianPackage> packages = [];
        foreach (var name in names.Order(StringComparer.Ordinal))
        {
            packages.Add(FilesOf(place, name) switch
            {
                [var file] => await DebianPackage.ReadAsync(file, platform, time, ct),
                [] => throw new ImageException($"{name} for {platform.Architecture} is not in {place} and was not fetched."),
                var several => throw new ImageException($"{place} has {several.Length} versions of {name}; leave one: {string.Join(", ", several.Select(Path.GetFileName))}"),
            });
        }

        return packages;
    }

    private static string[] FilesOf(string place, string name) => Directory.GetFiles(place, $"{name}_*.deb");

    private async Task<FileStream> TakeAsync(string file, CancellationToken ct)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            try
            {
                return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException e) when (time.GetElapsedTime(began) > Limit)
            {
                throw new ImageException($"{file} cannot be taken; another build holds it, or it cannot be written: {e.Message}", e);
            }
            catch (IOException)
            {
                await Task.Delay(AskAgain, time, ct);
            }
        }
    }

    private async Task FetchAsync(string place, Platform platform, List<string> names, CancellationToken ct)
    {
        if (Tool.Find("apt-get") is null)
        {
            throw new ImageException($"apt-get is not here. Put the packages for {platform.Architecture} into {place} by hand: {string.Join(", ", names)}");
        }

        say($"fetching {string.Join(", ", names)} for {platform.Architecture}");
        var state = Directory.CreateTempSubdirectory("mtlsplit-apt-");
        try
        {
            var nothing = Path.Combine(state.FullName, "status");
            await File.WriteAllBytesAsync(nothing, [], ct);
            Directory.CreateDirectory(Path.Combine(state.FullName, "lists", "partial"));
            Directory.CreateDirectory(Path.Combine(state.FullName, "cache", "archives", "partial"));
            string[] settings =
            [
                "-q", "-o", $"APT::Architecture={platform.Architecture}", "-o", $"APT::Architectures={platform.Architecture}", "-o", $"Dir::State={state.FullName}", "-o", $"Dir::State::status={nothing}",
                "-o", $"Dir::Cache={Path.Combine(state.FullName, "cache")}", "-o", "Acquire::http::Timeout=30", "-o", "Acquire::https::Timeout=30", "-o", "Acquire::Retries=2", "-o", "Acquire::Languages=none",
                // Root fetches as root: the folder need not be open to anybody else.
                "-o", "APT::Sandbox::User=root",
            ];
            await _pipeline.ExecuteAsync(async attempt =>
            {
                // Lists of other sources that cannot be had are no reason to stop; packages that cannot are.
                await Tool.RunAsync("apt-get", [.. settings, "update"], Limit, time, attempt);
                await Tool.RunAsync("apt-get", [.. settings, "download", .. names], Limit, time, attempt, place);
            }, ct);
        }
        finally
        {
            state.Delete(recursive: true);
        }
    }
}
