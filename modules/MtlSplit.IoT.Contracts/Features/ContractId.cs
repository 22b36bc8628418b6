using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace MtlSplit.IoT.Contracts.Features;

/// <summary>
/// The identity of a feature contract: the SHA-256 of its descriptor's canonical JSON. Two features of equal shape and
/// different contract are different languages. Immutable.
/// </summary>
public readonly struct ContractId : IEquatable<ContractId>
{
    /// <summary>Length in bytes.</summary>
    public const int Size = 32;

    private readonly Digest _digest;

    /// <summary>Makes the id from a digest of 32 bytes.</summary>
    /// <exception cref="ArgumentException">The digest has another length.</exception>
    public ContractId(ReadOnlySpan<byte> digest)
    {
        if (digest.Length != Size)
        {
            throw new ArgumentException($"A contract id is {Size} bytes, not {digest.Length}.", nameof(digest));
        }

        digest.CopyTo(_digest);
    }

    /// <summary>The form for people: <c>fc-</c> and the first 12 hex digits.</summary>
    public string ShortForm => "fc-" + ToString()[..12];

    /// <summary>Equality of all 32 bytes.</summary>
    public static bool operator ==(ContractId left, ContractId right) => left.Equals(right);

    /// <summary>Inequality of any of the 32 bytes.</summary>
    public static bool operator !=(ContractId left, ContractId right) => !left.Equals(right);

    /// <summary>The id of a descriptor in canonical form.</summary>
    public static ContractId Of(ReadOnlySpan<byte> canonicalDescriptor)
    {
        Span<byte> digest = stackalloc byte[Size];
        SHA256.HashData(canonicalDescriptor, digest);
        return new ContractId(digest);
    }

    /// <summary>Reads 64 hex digits, as in a topic.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out ContractId contract)
    {
        contract = default;
        Span<byte> digest = stackalloc byte[Size];
        if (text is not { Length: Size * 2 } || Convert.FromHexString(text, digest, out _, out _) != System.Buffers.OperationStatus.Done)
        {
            return false;
        }

        contract = new ContractId(digest);
        return contract.ToString() == text;
    }

    /// <summary>Reads 64 lower-case hex digits.</summary>
    /// <exception cref="FormatException">The text is something else.</exception>
    public static ContractId Parse(string text) =>
        TryParse(text, out var contract) ? contract : throw new FormatException($"'{text}' is not a contract id: 64 lower-case hex digits are expected.");

    /// <summary>Copies the 32 bytes.</summary>
    public void CopyTo(Span<byte> destination) => ((ReadOnlySpan<byte>)_digest).CopyTo(destination);

    /// <summary>64 lower-case hex digits, the form in topics.</summary>
    public override string ToString() => Convert.ToHexStringLower(_digest);

    /// <inheritdoc/>
    public bool Equals(ContractId other) => ((ReadOnlySpan<byte>)_digest).SequenceEqual(other._digest);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is ContractId other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => BitConverter.ToInt32(_digest);

    [InlineArray(Size)]
    private struct Digest
    {
        private byte _first;
    }
}
