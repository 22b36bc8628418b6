using MtlSplit.IoT.HubProtocol.Deployments;

namespace MtlSplit.IoT.EdgeRuntime.Planning;

/// <summary>When a module that ended is started again, as the real agent does it. Pure.</summary>
internal static class RestartRules
{
    /// <summary>The pause before the first restart.</summary>
    public static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(10);

    /// <summary>The longest pause.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(300);

    /// <summary>A module that ran for so long is healthy: its restarts are forgotten.</summary>
    public static readonly TimeSpan HealthyPeriod = TimeSpan.FromMinutes(10);

    /// <summary>Whether the policy wants the module started again. An exit that nobody saw counts as a failure.</summary>
    public static bool Wants(RestartPolicy policy, int? exitCode) => policy switch
    {
        RestartPolicy.Always => true,
        RestartPolicy.OnFailure or RestartPolicy.OnUnhealthy => exitCode != 0,
        _ => false,
    };

    /// <summary>The pause after a module's end: min(10 s · 2^restarts, 300 s).</summary>
    public static TimeSpan PauseAfter(int restarts) => restarts >= 5 ? LongestPause : FirstPause * (1 << Math.Max(restarts, 0));

    /// <summary>The restarts that still count for a module that started then and ran until now.</summary>
    public static int CountAfter(int restarts, TimeSpan ran) => ran >= HealthyPeriod ? 0 : restarts;
}
