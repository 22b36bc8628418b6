using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace MtlSplit.IoT.Hosting.Commands;

/// <summary>The usual help, then examples.</summary>
internal sealed class ExamplesAction(HelpAction help, string[] examples) : SynchronousCommandLineAction
{
    public override int Invoke(ParseResult parseResult)
    {
        var result = help.Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        output.WriteLine(examples.Length == 1 ? "Example:" : "Examples:");
        foreach (var example in examples)
        {
            output.WriteLine($"  {example}");
        }

        output.WriteLine();
        return result;
    }
}
