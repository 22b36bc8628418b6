using System.Globalization;
using MtlSplit.IoT.Backbone.Updating.Installing;

namespace MtlSplit.IoT.Backbone.Tests.Updating.Kills;

/// <summary>Where a process is killed.</summary>
/// <param name="Step">In this step.</param>
/// <param name="Operation">In the middle of this change of a file, from 0; behind the last one: never in this step.</param>
/// <param name="Microseconds">Or so long after the step began; null: by operation.</param>
internal sealed record KillPoint(InstallStep Step, int Operation, int? Microseconds = null)
{
    /// <summary>The variable by which a test gives it to the process. Only the test's own program looks at it.</summary>
    public const string Variable = "MTLSPLIT_TEST_KILL";

    public static KillPoint? Parse(string? text)
    {
        if (text?.Split(' ') is not [var step, var operation, var microseconds])
        {
            return null;
        }

        return new KillPoint(Enum.Parse<InstallStep>(step), int.Parse(operation, CultureInfo.InvariantCulture), microseconds == "-" ? null : int.Parse(microseconds, CultureInfo.InvariantCulture));
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Step} {Operation} {(Microseconds is { } t ? t.ToString(CultureInfo.InvariantCulture) : "-")}");
}
