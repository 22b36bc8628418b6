using System.Text.Json;
using MtlSplit.IoT.Contracts.Topics;

namespace MtlSplit.IoT.Contracts.Twins;

/// <summary>
/// The desired properties of a backbone module: what it shall run and where its features go. A base deployment sets <see cref="Fleet"/> and
/// <see cref="Broker"/>, a layered one <see cref="Bundle"/> and <see cref="Publish"/>. Immutable.
/// </summary>
public sealed record BackboneDesired
{
    /// <summary>The fleet that the vehicle belongs to.</summary>
    public string? Fleet { get; init; }

    /// <summary>The vehicle's name on the bus; the device's id where it is not set.</summary>
    public string? Vehicle { get; init; }

    /// <summary>Where features go.</summary>
    public BrokerTarget? Broker { get; init; }

    /// <summary>The bundle to run.</summary>
    public BundleTarget? Bundle { get; init; }

    /// <summary>How features are published.</summary>
    public PublishTarget? Publish { get; init; }

    /// <summary>Reads the properties as JSON; members that begin with <c>$</c>, which a hub adds, must be gone.</summary>
    /// <exception cref="BackboneTwinException">They cannot be used; names the path.</exception>
    public static BackboneDesired Parse(ReadOnlySpan<byte> json)
    {
        BackboneDesired desired;
        try
        {
            desired = JsonSerializer.Deserialize(json, TwinJson.Default.BackboneDesired) ?? throw new BackboneTwinException("", "an object is wanted, not null");
        }
        catch (JsonException e)
        {
            throw BackboneTwinException.From(e);
        }

        desired.Check();
        return desired;
    }

    /// <summary>Compact UTF-8 JSON.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, TwinJson.Default.BackboneDesired);

    private void Check()
    {
        CheckName(Fleet, "fleet");
        CheckName(Vehicle, "vehicle");
        Broker?.Check("broker");
        Bundle?.Check("bundle");
        Publish?.Check("publish");
    }

    private static void CheckName(string? name, string path)
    {
        if (name is not null && !BusName.IsValid(name))
        {
            throw new BackboneTwinException(path, new BusNameException(path, name).Message);
        }
    }
}
