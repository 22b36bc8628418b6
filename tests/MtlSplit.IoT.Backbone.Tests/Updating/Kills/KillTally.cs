using System.Globalization;
using System.Text;
using MtlSplit.IoT.Backbone.Updating.Installing;

namespace MtlSplit.IoT.Backbone.Tests.Updating.Kills;

/// <summary>Kills by the step that they hit, and what ran afterwards.</summary>
internal sealed class KillTally
{
    private readonly SortedDictionary<InstallStep, (int Kills, int Before, int After, int Violations)> _steps = [];

    public List<string> Violations { get; } = [];

    public int Kills => _steps.Values.Sum(s => s.Kills);

    public int Least => Enum.GetValues<InstallStep>().Min(step => _steps.GetValueOrDefault(step).Kills);

    public void Add(InstallStep step, bool newOneRuns, string? violation)
    {
        var (kills, before, after, violations) = _steps.GetValueOrDefault(step);
        _steps[step] = (kills + 1, before + (newOneRuns ? 0 : 1), after + (newOneRuns ? 1 : 0), violations + (violation is null ? 0 : 1));
        if (violation is not null)
        {
            Violations.Add(violation);
        }
    }

    public override string ToString()
    {
        var text = new StringBuilder("| killed in | times | then the bundle before ran | then the new one ran | not exactly one valid bundle, or garbage |\n|---|---|---|---|---|\n");
        foreach (var (step, (kills, before, after, violations)) in _steps)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {step} | {kills} | {before} | {after} | {violations} |\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"| together | {Kills} | {_steps.Values.Sum(s => s.Before)} | {_steps.Values.Sum(s => s.After)} | {Violations.Count} |\n");
        return text.ToString();
    }
}
