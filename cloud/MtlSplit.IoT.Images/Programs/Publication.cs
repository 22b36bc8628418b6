namespace MtlSplit.IoT.Images.Programs;

/// <summary>How a program was published.</summary>
public enum Publication
{
    /// <summary>Compiled ahead of time: one native program.</summary>
    AheadOfTime,

    /// <summary>With the runtime beside it, compiled where it runs.</summary>
    SelfContained,

    /// <summary>By somebody else, before.</summary>
    Given,
}
