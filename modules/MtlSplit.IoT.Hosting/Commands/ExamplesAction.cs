using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Globalization;

namespace MtlSplit.IoT.Hosting.Commands;

/// <summary>The usual help, then examples.</summary>
internal sealed class ExamplesAction(HelpAction help, string[] examples) : SynchronousCommandLineAction
{
    /// <summary>Whole command lines.</summary>
    public IReadOnlyList<string> Examples => examples;

    public override int Invoke(ParseResult parseResult)
    {
        var output = parseResult.InvocationConfiguration.Output;
        using var plain = new StringWriter(CultureInfo.InvariantCulture);
        parseResult.InvocationConfiguration.Output = plain;
        var result = help.Invoke(parseResult);
        parseResult.InvocationConfiguration.Output = output;
        output.Write(ChoiceRules.WithSmallDefaults(plain.ToString(), parseResult.CommandResult.Command));
        output.WriteLine(examples.Length == 1 ? "Example:" : "Examples:");
        foreach (var example in examples)
        {
            output.WriteLine($"  {example}");
        }

        output.WriteLine();
        return result;
    }
}
