using System.Security.Cryptography;

namespace MtlSplit.IoT.DevHub.Registry.Records;

/// <summary>How an identity proves that it is itself. Immutable.</summary>
internal sealed record Authentication
{
    private const int KeyBytes = 32;

    /// <summary>The way.</summary>
    public required AuthenticationKind Kind { get; init; }

    /// <summary>A key, base64; null unless <see cref="AuthenticationKind.Sas"/>.</summary>
    public string? PrimaryKey { get; init; }

    /// <summary>The other key, base64.</summary>
    public string? SecondaryKey { get; init; }

    /// <summary>A SHA-1 or SHA-256 thumbprint, hexadecimal; null unless <see cref="AuthenticationKind.SelfSigned"/>.</summary>
    public string? PrimaryThumbprint { get; init; }

    /// <summary>The other thumbprint.</summary>
    public string? SecondaryThumbprint { get; init; }

    /// <summary>Two new keys.</summary>
    public static Authentication NewKeys() => new() { Kind = AuthenticationKind.Sas, PrimaryKey = NewKey(), SecondaryKey = NewKey() };

    /// <summary>A random key, base64.</summary>
    public static string NewKey() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyBytes));

    /// <summary>Nothing of it is secret in a log.</summary>
    public override string ToString() => Kind.ToString();
}
