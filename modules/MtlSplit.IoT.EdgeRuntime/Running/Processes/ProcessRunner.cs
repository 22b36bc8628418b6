using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using MtlSplit.IoT.EdgeRuntime.Files;
using MtlSplit.IoT.HubProtocol.Deployments;
using MtlSplit.IoT.Storage.Files;

namespace MtlSplit.IoT.EdgeRuntime.Running.Processes;

/// <summary>
/// Runs modules as processes: an image is an executable by the <see cref="ImageMap"/>. A module is a folder; its processes outlive a
/// runtime that is killed, and the next one takes them on by number and start time. Linux only. Thread-safe; whoever made it disposes it,
/// which leaves the processes alone.
/// </summary>
internal sealed class ProcessRunner : IModuleRunner, IAsyncDisposable
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(200);

    // No module's folder is called so: a dot is written in hexadecimal.
    private const string SetAside = ".damaged";

    private readonly ConcurrentDictionary<string, ProcessModule> _modules = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _remarks = new(StringComparer.Ordinal);
    private readonly string _root;
    private readonly ImageMap _images;
    private readonly ProcessRunnerOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _life = new();
    private readonly ITimer _rotation;

    /// <summary>Makes a runner that knows no module yet: see <see cref="RecoverAsync"/>.</summary>
    public ProcessRunner(string root, ImageMap images, ProcessRunnerOptions options, TimeProvider time, ILogger logger)
    {
        (_root, _images, _options, _time, _logger) = (root, images, options, time, logger);
        _rotation = time.CreateTimer(_ => RotateAll(), null, options.LookAtLogs, options.LookAtLogs);
    }

    /// <inheritdoc/>
    public event Action? Changed;

    /// <summary>Finds what an earlier runtime left: modules, and processes that still run. Call once, first.</summary>
    public async Task RecoverAsync(CancellationToken ct)
    {
        // What an earlier recovery set aside and did not finish comes first: a module of that name may be damaged again.
        foreach (var folder in Directory.GetDirectories(_root).OrderByDescending(IsSetAside))
        {
            if (IsSetAside(folder))
            {
                await TakeAwayAsync(folder, "An earlier start set it aside.", ct);
                continue;
            }

            ModuleRecord record;
            try
            {
                record = ReadRecord(folder);
            }
            catch (Exception e) when (e is FormatException or DeploymentException or IOException or UnauthorizedAccessException)
            {
                // Whoever launches into the folder finds it gone and gives up; a launch that was quicker has left its file in it.
                var aside = $"{folder}.{_time.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture)}{SetAside}";
                Directory.Move(folder, aside);
                await TakeAwayAsync(aside, e.Message, ct);
                continue;
            }

            var module = new ProcessModule(folder, record);
            var current = record is { Number: > 0, Exited: null } ? module.ProcessFile : null;
            await EndStraysAsync(folder, record.Launch.Spec.ModuleId, current, ct);
            if (current is not null)
            {
                await TakeOnAsync(module, ct);
            }

            _modules[record.Launch.Spec.ModuleId] = module;
        }
    }

    /// <inheritdoc/>
    public bool Takes(ModuleSpec module) => _images.Find(module.Settings.Image) is not null;

    /// <inheritdoc/>
    public Task<IReadOnlyList<ModuleSighting>> ObserveAsync(CancellationToken ct)
    {
        List<ModuleSighting> seen = [];
        foreach (var module in _modules.Values)
        {
            lock (module)
            {
                seen.Add(module.See());
            }
        }

        return Task.FromResult<IReadOnlyList<ModuleSighting>>(seen);
    }

    /// <inheritdoc/>
    public Task CreateAsync(ModuleLaunch launch, CancellationToken ct)
    {
        var program = ProgramOf(launch.Spec);
        if (program.Executable.Contains('/', StringComparison.Ordinal) && !File.Exists(program.Executable))
        {
            throw new RunnerException($"Module {launch.Spec.ModuleId}: {program.Executable}, which stands for {launch.Spec.Settings.Image}, is not there.");
        }

        var folder = Path.Combine(_root, EdgeFolder.NameOf(launch.Spec.ModuleId));
        PrivateFile.CreateFolder(folder);
        var module = new ProcessModule(folder, new ModuleRecord { Launch = launch, Remark = _remarks.GetValueOrDefault(launch.Spec.ModuleId, "") });
        Save(module);
        _remarks.TryRemove(launch.Spec.ModuleId, out _);
        _modules[launch.Spec.ModuleId] = module;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task UpdateAsync(ModuleSpec module, CancellationToken ct)
    {
        var known = Require(module.ModuleId);
        lock (known)
        {
            known.Record = known.Record with { Launch = known.Record.Launch with { Spec = module } };
            Save(known);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StartAsync(string moduleId, CancellationToken ct)
    {
        var module = Require(moduleId);
        int id;
        lock (module)
        {
            if (module.Process is not null)
            {
                return Task.CompletedTask;
            }

            var program = ProgramOf(module.Record.Launch.Spec);
            var before = module.ProcessFile;
            module.Record = module.Record with
            {
                Number = Math.Max(module.Record.Number + 1, _time.GetUtcNow().ToUnixTimeMilliseconds()),
                Meant = true,
                Started = _time.GetUtcNow(),
                Exited = null,
                ExitCode = null,
            };
            // First on disk, then in the machine: what is launched is always known.
            Save(module);
            File.Delete(before);
            Process process;
            try
            {
                process = Launcher.Start(module.ProcessFile, module.LogFile, module.Folder, program, ArgumentsOf(module.Record.Launch.Spec), module.Record.Launch.Environment);
            }
            catch (RunnerException)
            {
                Note(module, null);
                throw;
            }

            // The number is the shell's and then the program's; a process that ended already is a stat with its last words.
            id = process.Id;
            module.Process = ProcessStat.Of(id) ?? new ProcessStat(id, 0, -1, true);
            module.Watching = WatchChildAsync(module, process);
        }

        Log.Started(_logger, moduleId, id);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task StopAsync(string moduleId, CancellationToken ct)
    {
        var module = Require(moduleId);
        ProcessStat? process;
        Task watching;
        lock (module)
        {
            module.Record = module.Record with { Meant = false };
            Save(module);
            (process, watching) = (module.Process, module.Watching);
        }

        if (process is not { } running)
        {
            return;
        }

        Signals.Term(running);
        try
        {
            await watching.WaitAsync(_options.StopGrace, _time, ct);
        }
        catch (TimeoutException)
        {
            Log.Killed(_logger, moduleId, running.Id, _options.StopGrace);
            Signals.End(running);
            try
            {
                await watching.WaitAsync(_options.KillGrace, _time, ct);
            }
            catch (TimeoutException e)
            {
                throw new RunnerException($"Module {moduleId}: process {running.Id} did not end within {_options.KillGrace} of being killed.", e);
            }
        }

        Log.Stopped(_logger, moduleId);
    }

    /// <inheritdoc/>
    public Task RemoveAsync(string moduleId, CancellationToken ct)
    {
        var module = Require(moduleId);
        lock (module)
        {
            if (module.Process is not null)
            {
                throw new RunnerException($"Module {moduleId} still runs.");
            }

            // The record first: a folder without it is a left-over.
            File.Delete(module.RecordFile);
            Directory.Delete(module.Folder, recursive: true);
        }

        _modules.TryRemove(moduleId, out _);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public bool Owns(string moduleId, int process) => ProcessOf(moduleId) is { } main && ProcessStat.Descends(process, main);

    /// <summary>The module's main process; null where it does not run.</summary>
    public int? ProcessOf(string moduleId) => _modules.TryGetValue(moduleId, out var module) ? module.Process?.Id : null;

    /// <inheritdoc/>
    public async Task<string> ReadLogAsync(string moduleId, int? lines, CancellationToken ct) => await ModuleLog.TailAsync(Require(moduleId).LogFile, lines, ct);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _life.CancelAsync();
        await _rotation.DisposeAsync();
        await Task.WhenAll(_modules.Values.Select(module => module.Watching)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _life.Dispose();
    }

    private static void Save(ProcessModule module) => PrivateFile.Write(module.RecordFile, module.Record.ToUtf8());

    /// <summary>What the create options add: <c>Cmd</c>. What else they hold is for containers.</summary>
    private static string[] ArgumentsOf(ModuleSpec module) =>
        module.Settings.ReadCreateOptions()["Cmd"] is JsonArray words ? [.. words.Select(word => word?.ToString() ?? "")] : [];

    private ImageProgram ProgramOf(ModuleSpec module) =>
        _images.Find(module.Settings.Image) ?? throw new RunnerException($"Module {module.ModuleId}: no executable stands for the image {module.Settings.Image}.");

    private ProcessModule Require(string moduleId) => _modules.TryGetValue(moduleId, out var module) ? module : throw new RunnerException($"There is no module {moduleId}.");

    private static bool IsSetAside(string folder) => folder.EndsWith(SetAside, StringComparison.Ordinal);

    private static ModuleRecord ReadRecord(string folder)
    {
        var record = ModuleRecord.FromUtf8(AtomicFile.Read(DiskFileSystem.Instance, Path.Combine(folder, ProcessModule.RecordName)) ?? throw new FormatException("It is not there."));
        return EdgeFolder.NameOf(record.Launch.Spec.ModuleId) == Path.GetFileName(folder)
            ? record
            : throw new FormatException($"It is of a module {record.Launch.Spec.ModuleId}.");
    }

    /// <summary>Ends what a folder without a good record may have launched, and then the folder: processes are never forgotten.</summary>
    private async Task TakeAwayAsync(string folder, string reason, CancellationToken ct)
    {
        var name = Path.GetFileName(folder).Split('.')[0];
        var id = EdgeFolder.IdOf(name);
        var ended = await EndStraysAsync(folder, id, null, ct);
        if (ended is null)
        {
            return;
        }

        if (ended.Count == 0 && !File.Exists(Path.Combine(folder, ProcessModule.RecordName)))
        {
            Log.LeftOver(_logger, folder);
        }
        else
        {
            var processes = ended.Count == 0 ? "none of its processes ran" : $"process {string.Join(", ", ended)} was ended";
            _remarks[id] = $"Its record {ProcessModule.RecordName} could not be read, {processes}, and it was made again: {reason}";
            Log.ModuleDamaged(_logger, id, Path.Combine(_root, name, ProcessModule.RecordName), ended.Count, reason);
        }

        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Ends the processes of all launches of a folder but one; null where one will not end.</summary>
    private async Task<List<int>?> EndStraysAsync(string folder, string moduleId, string? except, CancellationToken ct)
    {
        List<int> ended = [];
        foreach (var file in Directory.GetFiles(folder, "launch-*.pid").Where(file => file != except))
        {
            if (await Launcher.FindAsync(file, _time, ct) is { } stray && Signals.IsAlive(stray))
            {
                Log.Stray(_logger, moduleId, stray.Id, file);
                Signals.Term(stray);
                if (!await EndsWithinAsync(stray, _options.StopGrace, ct))
                {
                    Log.Killed(_logger, moduleId, stray.Id, _options.StopGrace);
                    Signals.End(stray);
                    if (!await EndsWithinAsync(stray, _options.KillGrace, ct))
                    {
                        Log.Unkillable(_logger, moduleId, stray.Id, _options.KillGrace, folder);
                        return null;
                    }
                }

                ended.Add(stray.Id);
            }

            File.Delete(file);
        }

        return ended;
    }

    private async Task<bool> EndsWithinAsync(ProcessStat process, TimeSpan grace, CancellationToken ct)
    {
        var began = _time.GetTimestamp();
        while (Signals.IsAlive(process))
        {
            if (_time.GetElapsedTime(began) > grace)
            {
                return false;
            }

            await Task.Delay(LookEvery, _time, ct);
        }

        return true;
    }

    private async Task TakeOnAsync(ProcessModule module, CancellationToken ct)
    {
        var id = module.Record.Launch.Spec.ModuleId;
        if (await Launcher.FindOrPreventAsync(module.ProcessFile, _time, ct) is { } process && Signals.IsAlive(process))
        {
            module.Process = process;
            module.Watching = WatchStrangerAsync(module, process);
            Log.TakenOn(_logger, id, process.Id);
            return;
        }

        Log.FoundEnded(_logger, id);
        Note(module, null);
    }

    private async Task WatchChildAsync(ProcessModule module, Process process)
    {
        using (process)
        {
            await process.WaitForExitAsync(_life.Token);
            Ended(module, process.ExitCode);
        }
    }

    // Only a parent is told how a process ended.
    private async Task WatchStrangerAsync(ProcessModule module, ProcessStat process)
    {
        while (Signals.IsAlive(process))
        {
            await Task.Delay(LookEvery, _time, _life.Token);
        }

        Ended(module, null);
    }

    private void Ended(ProcessModule module, int? exitCode)
    {
        bool meant;
        lock (module)
        {
            module.Process = null;
            meant = module.Record.Meant;
            Note(module, exitCode);
        }

        if (meant)
        {
            Log.Ended(_logger, module.Record.Launch.Spec.ModuleId, exitCode);
        }

        Changed?.Invoke();
    }

    private void Note(ProcessModule module, int? exitCode)
    {
        module.Record = module.Record with { Exited = _time.GetUtcNow(), ExitCode = exitCode };
        try
        {
            Save(module);
        }
        catch (IOException e)
        {
            // The next runtime sees for itself that it does not run.
            Log.NotSaved(_logger, module.RecordFile, e.Message);
        }
    }

    private void RotateAll()
    {
        foreach (var module in _modules.Values)
        {
            try
            {
                ModuleLog.Rotate(module.LogFile, _options.LogBytes, _options.LogFiles);
            }
            catch (IOException e)
            {
                Log.NotSaved(_logger, module.LogFile, e.Message);
            }
        }
    }
}
