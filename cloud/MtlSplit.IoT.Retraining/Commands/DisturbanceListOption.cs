using System.CommandLine;
using System.CommandLine.Parsing;
using MtlSplit.IoT.Training.Datasets;
using MtlSplit.IoT.Training.Disturbances;

namespace MtlSplit.IoT.Retraining.Commands;

/// <summary>Flags that list disturbances, separated by commas; conditions to test under may change the light as well.</summary>
internal static class DisturbanceListOption
{
    /// <summary>The undisturbed condition.</summary>
    public const string Clean = "clean";

    private static readonly string KnownConditions = $"{Clean}, {Disturbance.Known}, {LightShift.Known}";

    /// <summary><c>--augment</c>.</summary>
    public static Option<string[]> Augment() => Create(
        "--augment",
        $"Disturbances that training images get, one after another: {Disturbance.Known}. Noise as stated, the others up to the stated strength; drawn anew for every image and epoch.",
        [],
        allowClean: false);

    /// <summary><c>--conditions</c>.</summary>
    public static Option<string[]> Conditions() => Create(
        "--conditions",
        $"What to measure under: {KnownConditions}. Light goes from the one that training saw, 0, to the one of the demo that it never saw, 1.",
        [Clean],
        allowClean: true);

    /// <summary><c>--drifts</c>.</summary>
    public static Option<string[]> Drifts() => Create("--drifts", $"What the world changes to: {KnownConditions}.", ["light:1", "gaussian:0.1", "hue:60"], allowClean: true);

    /// <summary><c>--condition</c>: a single one.</summary>
    /// <param name="purpose">What the command does with it.</param>
    public static Option<string> Condition(string purpose)
    {
        var option = new Option<string>("--condition") { Description = $"{purpose}: {KnownConditions}.", HelpName = "KIND:STRENGTH", DefaultValueFactory = _ => Clean };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: not Clean and var text }] && FaultOf(text, condition: true) is { } fault)
            {
                result.AddError($"--condition: {fault}");
            }
        });
        return option;
    }

    private static string? FaultOf(string text, bool condition)
    {
        try
        {
            if (condition && LightShift.IsMeant(text))
            {
                LightShift.Parse(text);
            }
            else
            {
                Disturbance.Parse(text, condition ? KnownConditions : Disturbance.Known);
            }

            return null;
        }
        catch (FormatException e)
        {
            return e.Message;
        }
    }

    private static Option<string[]> Create(string name, string description, string[] standard, bool allowClean) => new(name)
    {
        Description = description,
        HelpName = "KIND:STRENGTH,…",
        DefaultValueFactory = _ => standard,
        CustomParser = result => Parse(result, name, allowClean),
    };

    private static string[] Parse(ArgumentResult result, string name, bool allowClean)
    {
        var parts = result.Tokens[0].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        foreach (var part in parts.Where(part => !allowClean || part != Clean))
        {
            if (FaultOf(part, allowClean) is { } fault)
            {
                result.AddError($"{name}: {fault}");
            }
        }

        if (allowClean && (parts.Length == 0 || parts.Distinct(StringComparer.Ordinal).Count() < parts.Length))
        {
            result.AddError($"{name}: name at least one condition, and none twice.");
        }

        return parts;
    }
}
