namespace MtlSplit.IoT.Broker;

/// <summary>A user that may connect with a password. Immutable.</summary>
/// <param name="UserName">The user name; for a vehicle it is the vehicle's name on the bus.</param>
/// <param name="Password">The password; compared in constant time, never logged.</param>
/// <param name="Role">What the user may do.</param>
/// <param name="Fleet">The one fleet it may see; null = every fleet.</param>
public sealed record BrokerCredential(string UserName, string Password, BrokerRole Role, string? Fleet = null)
{
    /// <summary>Names the user and its role, never the password.</summary>
    public override string ToString() => $"{UserName} ({Role}{(Fleet is null ? "" : $" of {Fleet}")})";
}
