namespace MtlSplit.IoT.Registry.Promoting;

/// <summary>The words for what was done to aliases.</summary>
internal static class AliasAction
{
    /// <summary>The head that answered without an alias, a bundle's own, got one, so that there is a way back to it.</summary>
    public const string Adopt = "adopt";

    public const string Promote = "promote";

    public const string Rollback = "rollback";

    public const string Shadow = "shadow";

    public const string Unshadow = "unshadow";

    /// <summary>Which alias an action moves.</summary>
    public static HeadAlias Moves(string action) => action is Shadow or Unshadow ? HeadAlias.Shadow : HeadAlias.Production;
}
