namespace MtlSplit.IoT.Retraining.Commands;

/// <summary>Work that another process started ends with it, however that ends, where it is asked to: standard input closes then.</summary>
internal static class ParentWatch
{
    // The setting Process:StopWithParent of long-running processes, as the environment has it.
    private const string Variable = "MTLSPLIT_Process__StopWithParent";

    /// <summary>Watches, if the environment asks for it.</summary>
    /// <param name="gone">Called when standard input has ended.</param>
    public static void Start(Action gone)
    {
        if (string.Equals(Environment.GetEnvironmentVariable(Variable), "true", StringComparison.OrdinalIgnoreCase))
        {
            // A read of a pipe cannot be cancelled; a background thread does not keep the process alive.
            new Thread(() => Watch(gone)) { IsBackground = true, Name = "parent watch" }.Start();
        }
    }

    private static void Watch(Action gone)
    {
        using var input = Console.OpenStandardInput();
        Span<byte> ignored = stackalloc byte[64];
        while (input.Read(ignored) > 0)
        {
        }

        gone();
    }
}
