using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using MtlSplit.IoT.Backbone.Tests.Updating.Downloading;
using MtlSplit.IoT.Backbone.Updating.Installing;
using MtlSplit.IoT.Backbone.Updating.Storing;
using MtlSplit.IoT.Contracts.Bundles.Signatures;
using MtlSplit.IoT.Storage.Files;
using MtlSplit.IoT.Testing.Bundles;

namespace MtlSplit.IoT.Backbone.Tests.Updating.Kills;

/// <summary>
/// One vehicle that is updated again and again by processes that are killed: at each step in turn, at a place that the seed draws. After every
/// kill its store is opened as the next start would, and must be sound.
/// </summary>
internal sealed class KillRun : IAsyncDisposable
{
    private static readonly InstallStep[] Steps = Enum.GetValues<InstallStep>();

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mtlsplit-kills-");
    private readonly TinyBundle _own = TinyBundle.Create(1);
    private readonly SigningKey _key = SigningKey.Create();
    private readonly RangeServer _server = new([]);
    private readonly Dictionary<(InstallStep Step, bool Http), (int Operations, int Microseconds)> _lengths = [];
    private readonly Random _random;
    private long _release = 10;
    private KillPlan? _plan;

    public KillRun(int seed)
    {
        _random = new Random(seed);
        File.WriteAllText(Trusted, _key.PublicPem());
    }

    public KillTally Tally { get; } = new();

    private string Store => Path.Combine(_folder.FullName, "store");

    private string Trusted => Path.Combine(_folder.FullName, "trusted.pem");

    private string PlanFile => Path.Combine(_folder.FullName, "plan.json");

    public async Task RunAsync(int kills, Action<KillTally>? progress = null)
    {
        await LearnAsync();
        for (var n = 0; Tally.Kills < kills; n++)
        {
            var step = Steps[n % Steps.Length];
            var http = _random.Next(2) == 0;
            var again = _plan is not null && step < InstallStep.Warm && _random.Next(4) == 0;
            if (!again)
            {
                Next(http, good: step != InstallStep.RolledBack && (step == InstallStep.Proven || _random.Next(2) == 0));
            }

            if (step == InstallStep.Recover)
            {
                // There is something to put in order only after another kill.
                await KillAsync(Draw(Steps[_random.Next(1, Steps.Length)], http), check: false);
            }

            await KillAsync(Draw(step, http), check: true);
            progress?.Invoke(Tally);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _own.Dispose();
        _key.Dispose();
        _folder.Delete(recursive: true);
    }

    /// <summary>Lets whole updates run through, and takes note how many changes of files each step makes.</summary>
    private async Task LearnAsync()
    {
        foreach (var (http, good) in new[] { (false, true), (false, false), (true, true), (true, false) })
        {
            Next(http, good);
            var before = Snapshot();
            var (exit, lines) = await RunChildAsync(null);
            if (exit != 0 || !lines.Contains("outcome Activated  ") || !lines.Contains(good ? "verdict proven" : "verdict refuted"))
            {
                throw new InvalidOperationException($"An update that nobody kills ends with {exit}: {string.Join(" / ", lines)}");
            }

            foreach (var line in lines.Select(l => l.Split(' ')).Where(l => l[0] == "operations"))
            {
                var key = (Enum.Parse<InstallStep>(line[1]), http);
                var (operations, microseconds) = _lengths.GetValueOrDefault(key);
                _lengths[key] = (Math.Max(operations, int.Parse(line[2], CultureInfo.InvariantCulture)), Math.Max(microseconds, int.Parse(line[3], CultureInfo.InvariantCulture)));
            }

            using var store = Open();
            Check(store, before, lines);
        }
    }

    private void Next(bool http, bool good)
    {
        var release = ++_release;
        var (path, digest) = DerivedBundle.Write(_own.Bundle, _key, Path.Combine(_folder.FullName, "archives"), m => m with { ReleaseCounter = release });
        if (http)
        {
            (_server.Content, _server.Tag) = (File.ReadAllBytes(path), $"\"{digest}\"");
            File.Delete(path);
        }

        _plan = new KillPlan(Store, _own.Folder, Trusted, digest, http ? _server.Url.ToString() : path, good);
        _plan.Save(PlanFile);
    }

    /// <summary>In the middle of a change of a file, or at any time; steps that change no file are met by time alone.</summary>
    private KillPoint Draw(InstallStep step, bool http)
    {
        var (operations, microseconds) = _lengths.GetValueOrDefault((step, http));
        return operations == 0 || _random.Next(3) == 0
            ? new KillPoint(step, 0, _random.Next(Math.Max(1, microseconds)))
            : new KillPoint(step, _random.Next(operations));
    }

    private async Task KillAsync(KillPoint point, bool check)
    {
        var before = Snapshot();
        var (exit, lines) = await RunChildAsync(point);
        if (exit == 0)
        {
            // The point was behind what this run did; nothing was killed, and nothing is counted.
            if (check)
            {
                using var store = Open();
                Check(store, before, lines);
            }

            return;
        }

        var step = lines.Where(l => l.StartsWith("step ", StringComparison.Ordinal)).Select(l => Enum.Parse<InstallStep>(l["step ".Length..])).LastOrDefault();
        string? violation = exit == 128 + 9 ? null : $"{point}: the process ended with {exit}, not by the kill: {string.Join(" / ", lines)}";
        var runs = false;
        try
        {
            // Where it is not checked, the next process finds it as it is.
            if (check)
            {
                using var store = Open();
                Check(store, before, lines);
                runs = store.State.Active!.Digest == _plan!.Digest;
            }
        }
        catch (Exception e) when (e is InvalidOperationException or MtlSplit.IoT.Contracts.Bundles.BundleException)
        {
            violation = $"{point}: {e.Message}";
        }

        if (check || violation is not null)
        {
            Tally.Add(step, runs, violation);
        }
    }

    private StoreState? Snapshot()
    {
        var file = Path.Combine(Store, "state.json");
        return File.Exists(file) ? System.Text.Json.JsonSerializer.Deserialize(File.ReadAllBytes(file), StoreJson.Default.StoreState) : null;
    }

    private BundleStore Open() => BundleStore.Open(DiskFileSystem.Instance, Store, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() * 1000, NullLogger.Instance);

    private void Check(BundleStore store, StoreState? before, IReadOnlyList<string> lines)
    {
        SoundStore.Assert(Store, store, _plan!.Digest);
        var (active, last) = (store.State.Active!.Digest, lines.LastOrDefault(l => l.StartsWith("swapped ", StringComparison.Ordinal)));
        string?[] possible = [_plan.Digest, before?.Active?.Digest, before?.Previous?.Digest, before?.Active is null ? _own.Bundle.Digest : null];
        Hold(possible.Contains(active), $"{active} was neither active nor kept before, nor asked for");
        Hold(store.State.HighWater >= (before?.HighWater ?? 0), "the mark fell");
        Hold(last is null || active == last["swapped ".Length..] || lines.Any(l => l == "step RolledBack"), $"{last} was the last, but {active} is active");
        Hold(!lines.Contains("verdict proven") || store.State.HighWater == store.Active!.Manifest.ReleaseCounter, "what was proven did not raise the mark");
        Hold(!lines.Contains("verdict refuted") || active != _plan.Digest, "what was taken back is active");
        Hold(store.State.Refused.All(r => r.Code is "features-quarantined" or "keeps-crashing"), $"something was refused: {string.Join(", ", store.State.Refused.Select(r => $"{r.Code} {r.Reason}"))}");

        static void Hold(bool holds, string otherwise)
        {
            if (!holds)
            {
                throw new InvalidOperationException($"This is wrong: {otherwise}.");
            }
        }
    }

    private async Task<(int Exit, List<string> Lines)> RunChildAsync(KillPoint? point)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(typeof(KillRun).Assembly.Location);
        start.ArgumentList.Add(KillChild.Verb);
        start.ArgumentList.Add(PlanFile);
        start.Environment[KillPoint.Variable] = point?.ToString() ?? "";
        // A killed process leaves the pipes of its diagnostics behind.
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        // Its start is most of its life.
        start.Environment["DOTNET_TieredPGO"] = "0";
        using var process = System.Diagnostics.Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        List<string> lines = [.. said.Split('\n', StringSplitOptions.RemoveEmptyEntries)];
        if (await errors is { Length: > 0 } error)
        {
            lines.Add(error);
        }

        return (process.ExitCode, lines);
    }
}
