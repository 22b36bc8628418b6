using System.CommandLine;

namespace MtlSplit.IoT.Retraining.Commands;

/// <summary>Flags that are numbers within bounds.</summary>
internal static class CountOption
{
    /// <summary>A whole number.</summary>
    public static Option<int> Create(string name, int standard, int least, int most, string description)
    {
        var option = new Option<int>(name) { Description = description, HelpName = "N", DefaultValueFactory = _ => standard };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out var value) && (value < least || value > most))
            {
                result.AddError($"{name}: {value} is not between {least} and {most}.");
            }
        });
        return option;
    }
}
