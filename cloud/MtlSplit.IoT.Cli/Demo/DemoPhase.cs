namespace MtlSplit.IoT.Cli.Demo;

/// <summary>What a frame's capture time says about it.</summary>
internal enum DemoPhase
{
    /// <summary>In the usual light.</summary>
    Usual,

    /// <summary>While the light or the head was changing; counted nowhere.</summary>
    Changing,

    /// <summary>In the unseen light, before the new head.</summary>
    Shifted,

    /// <summary>In the unseen light, captured after the new head answered for the first time.</summary>
    Recovered,

    /// <summary>Through the new backbone.</summary>
    Renewed,
}
