namespace MtlSplit.IoT.DevHub.Access;

/// <summary>Whether a client proved that it is itself.</summary>
/// <param name="Fault">Why it did not; null: it did.</param>
/// <param name="Expires">When its token ends; null: it has a certificate.</param>
internal readonly record struct Proof(string? Fault, DateTimeOffset? Expires)
{
    /// <summary>It did not.</summary>
    public static Proof Refused(string why) => new(why, null);

    /// <summary>It did.</summary>
    public static Proof Given(DateTimeOffset? expires) => new(null, expires);
}
