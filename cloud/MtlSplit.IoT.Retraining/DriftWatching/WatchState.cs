using System.Text.Json;
using MtlSplit.IoT.Drift.Alarming;
using MtlSplit.IoT.Storage.Files;

namespace MtlSplit.IoT.Retraining.DriftWatching;

/// <summary>What one look must know of those before: which windows are the world as it was, and which alarms are on.</summary>
internal sealed record WatchState
{
    /// <summary>By contract. Chosen once, so that a slow drift cannot creep in.</summary>
    public SortedDictionary<string, Stretch> References { get; init; } = new(StringComparer.Ordinal);

    /// <summary>The alarms that are on.</summary>
    public IReadOnlyList<DriftAlarm> Alarms { get; init; } = [];

    /// <summary>Reads the state of a fleet; an empty one where there is none.</summary>
    /// <exception cref="RetrainingStateException">It is damaged.</exception>
    public static WatchState Load(string file)
    {
        if (AtomicFile.Read(DiskFileSystem.Instance, file) is not { } bytes)
        {
            return new WatchState();
        }

        try
        {
            return JsonSerializer.Deserialize(bytes, WatchJson.Default.WatchState) ?? throw new JsonException("it is null");
        }
        catch (JsonException e)
        {
            throw new RetrainingStateException($"{file}: the state of the drift watch is damaged ({e.Message}). Take the file away to begin anew; alarms that were on may then be raised again.", e);
        }
    }

    /// <summary>Writes it, whole or not at all.</summary>
    public void Save(string file)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        AtomicFile.Replace(DiskFileSystem.Instance, file, JsonSerializer.SerializeToUtf8Bytes(this, WatchJson.Default.WatchState));
    }
}

/// <summary>A stretch of time, Unix microseconds: its end is not part of it.</summary>
internal sealed record Stretch(long From, long Until);

/// <summary>A state file that cannot be used; the message names it and says what to do.</summary>
internal sealed class RetrainingStateException(string message, Exception inner) : Exception(message, inner);
