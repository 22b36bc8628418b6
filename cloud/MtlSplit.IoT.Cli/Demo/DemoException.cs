namespace MtlSplit.IoT.Cli.Demo;

/// <summary>The demonstration cannot go on; the message says which part failed and what it last said.</summary>
internal sealed class DemoException(string message, Exception? cause = null) : Exception(message, cause);
