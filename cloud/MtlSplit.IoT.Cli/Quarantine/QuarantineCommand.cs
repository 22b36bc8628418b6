using System.CommandLine;
using MtlSplit.IoT.Contracts.Topics;
using MtlSplit.IoT.Hosting.Commands;
using MtlSplit.IoT.Messaging.Quarantine;

namespace MtlSplit.IoT.Cli.Quarantine;

/// <summary><c>mtlsplit quarantine</c>: what head consumers and the recorder could not read.</summary>
internal static class QuarantineCommand
{
    public static Command Create() => new Command("quarantine", "List, show and replay what head consumers and the recorder could not read.")
    {
        ListCommand.Create(),
        ShowCommand.Create(),
        ReplayCommand.Create(),
    }.WithExamples("mtlsplit quarantine list --data data", "mtlsplit quarantine replay --data data --reason no-head");

    public static Option<string> DataOption() => new("--data") { HelpName = "DIR", Description = "The data folder of consumers or recorder; the quarantines are quarantine/TASK/ in it, the recorder's is quarantine/recorder/.", Required = true };

    public static Option<string?> TaskOption()
    {
        var task = new Option<string?>("--task") { HelpName = "TASK", Description = "Only this task's quarantine." };
        task.Refuse(name => name is null || BusName.IsValid(name) ? null : new BusNameException("task", name).Message);
        return task;
    }

    public static Argument<string> IdArgument(string description) => new("id") { HelpName = "ID", Description = description };

    /// <summary>The quarantines of a data folder by task. What cannot be read is said on standard error and left where it is.</summary>
    /// <exception cref="DirectoryNotFoundException">The data folder does not exist.</exception>
    public static IEnumerable<(string Task, QuarantineLog Log)> Open(string data, string? task)
    {
        Check(data);
        var root = Path.Combine(data, "quarantine");
        var folders = Directory.Exists(root) ? Directory.EnumerateDirectories(root).Order(StringComparer.Ordinal) : Enumerable.Empty<string>();
        foreach (var folder in folders)
        {
            if (task is null || Path.GetFileName(folder) == task)
            {
                yield return (Path.GetFileName(folder), new QuarantineLog(folder, new QuarantineOptions(), TimeProvider.System));
            }
        }
    }

    /// <summary>Whether there is a data folder at all.</summary>
    /// <exception cref="DirectoryNotFoundException">There is none.</exception>
    public static void Check(string data)
    {
        if (!Directory.Exists(data))
        {
            throw new DirectoryNotFoundException($"There is no data folder {Path.GetFullPath(data)}.");
        }
    }

    /// <summary>Says which part of a quarantine cannot be read.</summary>
    public static void Complain(QuarantineFault fault) =>
        Console.Error.WriteLine($"warning: {fault.File}, {fault.Bytes} bytes from {fault.Offset}: {fault.What}");
}
