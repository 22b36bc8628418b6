using System.CommandLine;
using MtlSplit.IoT.Training.Datasets;

namespace MtlSplit.IoT.Retraining.Commands;

/// <summary>Flags that several commands have.</summary>
internal static class TaskListOption
{
    /// <summary>What is meant where nothing is given.</summary>
    public static IReadOnlyList<string> Standard { get; } = ["object_size", "object_shape"];

    /// <summary>A list of tasks, separated by commas.</summary>
    /// <remarks>It has no default value: the help would show that in a form that the flag does not take.</remarks>
    public static Option<string[]> Create(string description)
    {
        var known = string.Join(", ", Shapes3DFactors.Tasks.Select(task => task.Name));
        var option = new Option<string[]>("--tasks")
        {
            Description = $"{description} {string.Join(',', Standard)} unless given. Known: {known}.",
            HelpName = "TASK,TASK",
            CustomParser = result => result.Tokens[0].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
        };
        option.Validators.Add(result =>
        {
            var tasks = result.Tokens.Count == 0 ? [] : result.Tokens[0].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            foreach (var task in tasks)
            {
                if (Shapes3DFactors.Tasks.All(known => known.Name != task))
                {
                    result.AddError($"--tasks: there is no task '{task}'; there are {known}.");
                }
            }
        });
        return option;
    }
}
