namespace MtlSplit.IoT.EdgeRuntime.Workload;

/// <summary>Says which processes are a module's. Thread-safe.</summary>
internal interface IModuleProcesses
{
    /// <summary>Whether a process is the module's, or was started by it.</summary>
    bool Owns(string moduleId, int process);

    /// <summary>The modules that are there: name, runtime's word for what each does.</summary>
    IReadOnlyList<(string ModuleId, string Status)> List();
}
