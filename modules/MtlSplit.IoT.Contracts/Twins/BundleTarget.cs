using MtlSplit.IoT.Contracts.Features;

namespace MtlSplit.IoT.Contracts.Twins;

/// <summary>The bundle that a vehicle shall run. What it says of the bundle is compared with the signed bundle itself, which alone counts.</summary>
public sealed record BundleTarget
{
    /// <summary>Where the archive is: an absolute <c>https:</c>, <c>http:</c> or <c>file:</c> address.</summary>
    public required string Source { get; init; }

    /// <summary>The bundle: the SHA-256 of its <c>model.json</c>, 64 lower-case hex digits.</summary>
    public required string Digest { get; init; }

    /// <summary>The contract that its features are made under, 64 lower-case hex digits.</summary>
    public required string Contract { get; init; }

    /// <summary>Its release counter.</summary>
    public required long Release { get; init; }

    internal void Check(string path)
    {
        // Where paths begin with a slash, .NET takes one for an address; a vehicle must not depend on who reads it.
        if (!Uri.TryCreate(Source, UriKind.Absolute, out var uri) || uri.Scheme is not ("https" or "http" or "file") || !Source.StartsWith(uri.Scheme + ":", StringComparison.OrdinalIgnoreCase))
        {
            throw new BackboneTwinException($"{path}.source", $"'{Source}' is not an absolute https:, http: or file: address");
        }

        if (!ContractId.TryParse(Digest, out _))
        {
            throw new BackboneTwinException($"{path}.digest", $"'{Digest}' is not 64 lower-case hex digits");
        }

        if (!ContractId.TryParse(Contract, out _))
        {
            throw new BackboneTwinException($"{path}.contract", $"'{Contract}' is not 64 lower-case hex digits");
        }

        if (Release < 1)
        {
            throw new BackboneTwinException($"{path}.release", $"{Release} is not a release counter; they begin at 1");
        }
    }
}
