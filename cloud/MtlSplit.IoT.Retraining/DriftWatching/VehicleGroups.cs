using System.Text.Json;
using MtlSplit.IoT.Contracts.Topics;

namespace MtlSplit.IoT.Retraining.DriftWatching;

/// <summary>Which vehicles are watched together: those that see the same kind of world. Without a file all of them are one group.</summary>
internal sealed class VehicleGroups
{
    /// <summary>The group of vehicles that no other one names.</summary>
    public const string Rest = "all";

    private readonly Dictionary<string, string> _groups = new(StringComparer.Ordinal);

    /// <summary>Reads a file: <c>{"north-road": ["car-1", "car-2"], …}</c>.</summary>
    /// <param name="file">The file; null: one group.</param>
    /// <exception cref="ArgumentException">It cannot be used; the message names file and place.</exception>
    public static VehicleGroups Read(string? file)
    {
        var groups = new VehicleGroups();
        if (file is null)
        {
            return groups;
        }

        Dictionary<string, string[]> named;
        try
        {
            named = JsonSerializer.Deserialize<Dictionary<string, string[]>>(File.ReadAllBytes(file)) ?? throw new ArgumentException($"{file}: an object is wanted, not null.");
        }
        catch (JsonException e)
        {
            throw new ArgumentException($"{file}: {e.Message}", e);
        }

        foreach (var (group, vehicles) in named)
        {
            if (!BusName.IsValid(group))
            {
                throw new ArgumentException($"{file}: {new BusNameException("group", group).Message}");
            }

            foreach (var vehicle in vehicles)
            {
                if (!groups._groups.TryAdd(vehicle, group))
                {
                    throw new ArgumentException($"{file}: vehicle {vehicle} is in {groups._groups[vehicle]} and in {group}.");
                }
            }
        }

        return groups;
    }

    /// <summary>The group of a vehicle.</summary>
    public string Of(string vehicle) => _groups.GetValueOrDefault(vehicle, Rest);
}
