using MtlSplit.IoT.DevHub.Registry.Records;
using MtlSplit.IoT.DevHub.Storing;

namespace MtlSplit.IoT.DevHub.Access;

/// <summary>The policies that every IoT Hub starts with. Immutable.</summary>
internal sealed class AccessPolicies
{
    /// <summary>The policy that may do everything.</summary>
    public const string Owner = "iothubowner";

    private static readonly (string Name, AccessRights Rights)[] Standard =
    [
        (Owner, AccessRights.RegistryRead | AccessRights.RegistryWrite | AccessRights.ServiceConnect | AccessRights.DeviceConnect),
        ("service", AccessRights.ServiceConnect),
        ("registryRead", AccessRights.RegistryRead),
        ("registryReadWrite", AccessRights.RegistryRead | AccessRights.RegistryWrite),
        ("device", AccessRights.DeviceConnect),
    ];

    private readonly Dictionary<string, AccessPolicy> _byName;

    private AccessPolicies(IEnumerable<AccessPolicy> policies) => _byName = policies.ToDictionary(policy => policy.Name, StringComparer.Ordinal);

    /// <summary>All of them, in the order of their names.</summary>
    public IEnumerable<AccessPolicy> All => _byName.Values.OrderBy(policy => policy.Name, StringComparer.Ordinal);

    /// <summary>Those that were kept; what is missing is made with random keys and kept.</summary>
    /// <exception cref="StoreException">The database cannot be used.</exception>
    public static AccessPolicies LoadOrCreate(HubDatabase database)
    {
        var kept = database.Read(
            "SELECT name, rights, primary_key, secondary_key FROM policies",
            static row => new AccessPolicy(row.GetString(0), (AccessRights)row.GetInt32(1), row.GetString(2), row.GetString(3)));
        var made = Standard.Where(policy => !kept.Exists(other => other.Name == policy.Name))
            .Select(policy => new AccessPolicy(policy.Name, policy.Rights, Authentication.NewKey(), Authentication.NewKey()))
            .ToList();
        if (made.Count > 0)
        {
            database.Write(writer => made.ForEach(policy =>
                writer.Run("INSERT INTO policies (name, rights, primary_key, secondary_key) VALUES ($0, $1, $2, $3)", policy.Name, (int)policy.Rights, policy.PrimaryKey, policy.SecondaryKey)));
        }

        return new AccessPolicies(kept.Concat(made));
    }

    /// <summary>The policy of this name, or null.</summary>
    public AccessPolicy? Find(string name) => _byName.GetValueOrDefault(name);
}
