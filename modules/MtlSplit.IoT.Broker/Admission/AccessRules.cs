using System.Security.Cryptography;
using MtlSplit.IoT.Mqtt.Packets;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Contracts.Topics;

namespace MtlSplit.IoT.Broker.Admission;

/// <summary>Least privilege on topics: a vehicle speaks under its own name only and hears what is meant for it.</summary>
internal static class AccessRules
{
    public static bool MayPublish(Principal who, Message message)
    {
        var topic = message.Topic;
        if (ReferenceEquals(topic.ClearedFor, who))
        {
            return true;
        }

        if (topic.Name.StartsWith('$'))
        {
            return false;
        }

        if (who is { Role: BrokerRole.Service, Fleet: null })
        {
            topic.ClearedFor = who;
            return true;
        }

        if (!DataTopic.TryParse(topic.Name, out var parsed) || (who.Fleet is not null && parsed.Fleet != who.Fleet))
        {
            return false;
        }

        if (who.Role == BrokerRole.Vehicle && parsed.Kind == DataTopicKind.Contract)
        {
            // Judged by its content each time: whoever brings the bytes, a contract's topic can only ever say one thing.
            return IsDigest(parsed.Leaf, message.Payload);
        }

        var may = who.Role == BrokerRole.Service
            || (parsed.Kind is DataTopicKind.Feature or DataTopicKind.Frame or DataTopicKind.VehicleStatus && parsed.Vehicle == who.Name);
        topic.ClearedFor = may ? who : null;
        return may;
    }

    public static bool MaySubscribe(Principal who, string? group, string filter)
    {
        if (who is { Role: BrokerRole.Service, Fleet: null })
        {
            return true;
        }

        if (who.Role == BrokerRole.Service && filter.StartsWith("$SYS/", StringComparison.Ordinal))
        {
            return true;
        }

        var levels = filter.Split('/');
        if (levels is not ["mtl", "v1", var fleet, ..] || fleet is "+" or "#" || (who.Fleet is not null && fleet != who.Fleet))
        {
            return false;
        }

        return who.Role == BrokerRole.Service
            || (group is null && (levels is ["mtl", "v1", _, "contracts", _, ..] || (levels is ["mtl", "v1", _, "vehicles", var vehicle, _, ..] && vehicle == who.Name)));
    }

    private static bool IsDigest(string leaf, byte[] payload)
    {
        Span<byte> stated = stackalloc byte[SHA256.HashSizeInBytes];
        Span<byte> actual = stackalloc byte[SHA256.HashSizeInBytes];
        if (payload.Length == 0 || !ContractId.TryParse(leaf, out var contract))
        {
            return false;
        }

        contract.CopyTo(stated);
        SHA256.HashData(payload, actual);
        return stated.SequenceEqual(actual);
    }
}
