using MtlSplit.IoT.Registry.Promoting;

namespace MtlSplit.IoT.Registry.Tracing;

/// <summary>A time during which a head answered, or was watched.</summary>
/// <param name="Key">For whom.</param>
/// <param name="Alias">As what.</param>
/// <param name="Since">From when, Unix microseconds.</param>
/// <param name="Until">Until when; null: it still does.</param>
/// <param name="Why">Why it began.</param>
public sealed record AnsweringTime(AliasKey Key, HeadAlias Alias, long Since, long? Until, string Why);
