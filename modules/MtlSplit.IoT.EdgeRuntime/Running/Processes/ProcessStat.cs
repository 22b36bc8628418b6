using System.Globalization;

namespace MtlSplit.IoT.EdgeRuntime.Running.Processes;

/// <summary>What Linux says of a process: a number may be given again, number and start time together are one process for ever.</summary>
/// <param name="Id">The process's number.</param>
/// <param name="Parent">Its parent's number.</param>
/// <param name="Started">When it started, in clock ticks since the machine did.</param>
/// <param name="Ended">It has ended, and only its parent has not asked how.</param>
internal readonly record struct ProcessStat(int Id, int Parent, long Started, bool Ended)
{
    private const int MaxDepth = 64;

    /// <summary>The process; null where there is none.</summary>
    public static ProcessStat? Of(int id)
    {
        try
        {
            return TryParse(File.ReadAllText($"/proc/{id}/stat"), out var stat) ? stat : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Reads the line that <c>/proc/{id}/stat</c> holds. The name in it may hold anything, parentheses too.</summary>
    public static bool TryParse(string line, out ProcessStat stat)
    {
        stat = default;
        var (open, close) = (line.IndexOf('(', StringComparison.Ordinal), line.LastIndexOf(')'));
        if (open < 1 || close < open)
        {
            return false;
        }

        // From the third field on: state, parent, …, the 22nd is the start time.
        var fields = line[(close + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (fields.Length < 20
            || !int.TryParse(line.AsSpan(0, open).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            || !int.TryParse(fields[1], NumberStyles.None, CultureInfo.InvariantCulture, out var parent)
            || !long.TryParse(fields[19], NumberStyles.None, CultureInfo.InvariantCulture, out var started))
        {
            return false;
        }

        stat = new ProcessStat(id, parent, started, fields[0] is "Z" or "X");
        return true;
    }

    /// <summary>Whether a process is another one, or its descendant.</summary>
    public static bool Descends(int id, int from)
    {
        for (var i = 0; i < MaxDepth && id > 1; i++)
        {
            if (id == from)
            {
                return true;
            }

            id = Of(id)?.Parent ?? 0;
        }

        return false;
    }
}
