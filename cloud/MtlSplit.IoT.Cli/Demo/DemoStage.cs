namespace MtlSplit.IoT.Cli.Demo;

/// <summary>What is going on, for whoever shows it. Thread-safe.</summary>
internal sealed class DemoStage(TimeProvider time)
{
    private const int NotesKept = 200;

    private readonly Lock _gate = new();
    private readonly long _began = time.GetTimestamp();
    private readonly List<string> _notes = [];
    private string _act = "";
    private long _actBegan;
    private TimeSpan _actTakes;

    /// <summary>Raised with every note, on the thread that says it.</summary>
    public event Action<string>? Noted;

    public TimeSpan Elapsed => time.GetElapsedTime(_began);

    /// <summary>A new act, and how long it takes; zero: as long as it needs.</summary>
    public void Enter(string act, TimeSpan takes = default)
    {
        lock (_gate)
        {
            (_act, _actBegan, _actTakes) = (act, time.GetTimestamp(), takes);
        }

        Note(act);
    }

    /// <summary>Something worth a line.</summary>
    public void Note(string text)
    {
        var line = $"{Elapsed.TotalSeconds,6:F1} s  {text}";
        lock (_gate)
        {
            _notes.Add(line);
            if (_notes.Count > NotesKept)
            {
                _notes.RemoveAt(0);
            }
        }

        Noted?.Invoke(line);
    }

    /// <summary>The act, seconds left in it where that is known, and the last notes.</summary>
    public (string Act, TimeSpan? Left, IReadOnlyList<string> Notes) Read(int notes)
    {
        lock (_gate)
        {
            TimeSpan? left = _actTakes > TimeSpan.Zero ? _actTakes - time.GetElapsedTime(_actBegan) : null;
            return (_act, left < TimeSpan.Zero ? TimeSpan.Zero : left, [.. _notes.TakeLast(notes)]);
        }
    }
}
