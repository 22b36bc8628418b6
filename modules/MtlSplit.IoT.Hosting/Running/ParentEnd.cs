namespace MtlSplit.IoT.Hosting.Running;

/// <summary>
/// The end of the process that started this one, however it came about: it holds the other end of standard input, which closes then. A signal
/// at a parent's death would do only on Linux, and there it is sent when the thread ends that made the child. Thread-safe.
/// </summary>
internal static class ParentEnd
{
    /// <summary>The environment variable by which a parent says so.</summary>
    public const string Variable = "MTLSPLIT_Process__StopWithParent";

    private static readonly CancellationTokenSource Ended = new();
    private static readonly Lazy<CancellationToken> Watched = new(Watch);

    /// <summary>Whether the parent has asked for it.</summary>
    public static bool IsAskedFor => bool.TryParse(Environment.GetEnvironmentVariable(Variable), out var asked) && asked;

    /// <summary>Cancelled by the parent's end. Whoever asks first begins to read standard input.</summary>
    public static CancellationToken Token => Watched.Value;

    private static CancellationToken Watch()
    {
        // A read of a pipe cannot be cancelled; a background thread does not keep the process alive.
        new Thread(Read) { IsBackground = true, Name = "parent watch" }.Start();
        return Ended.Token;
    }

    private static void Read()
    {
        using var input = Console.OpenStandardInput();
        Span<byte> ignored = stackalloc byte[64];
        while (input.Read(ignored) > 0)
        {
        }

        Ended.Cancel();
    }
}
