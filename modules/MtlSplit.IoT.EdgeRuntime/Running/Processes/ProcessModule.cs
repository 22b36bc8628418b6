using System.Globalization;
using MtlSplit.IoT.EdgeRuntime.Planning;

namespace MtlSplit.IoT.EdgeRuntime.Running.Processes;

/// <summary>A module of the process runner: what is on disk, and its process where it has one. Guarded by its runner.</summary>
internal sealed class ProcessModule(string folder, ModuleRecord record)
{
    public const string RecordName = "module.json";

    public string Folder { get; } = folder;

    public ModuleRecord Record { get; set; } = record;

    /// <summary>The process that runs; null: none.</summary>
    public ProcessStat? Process { get; set; }

    /// <summary>Ends when the process has, and what it left is noted.</summary>
    public Task Watching { get; set; } = Task.CompletedTask;

    public string RecordFile => Path.Combine(Folder, RecordName);

    public string LogFile => Path.Combine(Folder, "module.log");

    public string ProcessFile => Path.Combine(Folder, $"launch-{Record.Number.ToString(CultureInfo.InvariantCulture)}.pid");

    public ModuleRunState State => Process is not null ? ModuleRunState.Running : Record.Meant && Record.Exited is not null ? ModuleRunState.Exited : ModuleRunState.Stopped;

    public ModuleSighting See() => new(Record.Launch.Spec, Record.Launch.Surroundings, State, Record.ExitCode, Record.Started, Record.Exited) { Remark = Record.Remark };
}
