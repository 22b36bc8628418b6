using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Contracts.Status;

namespace MtlSplit.IoT.Cli.Manifests;

/// <summary>
/// Which head consumers of a fleet are ready for a contract, after their retained statuses. No vehicle moves to a contract before every live
/// consumer of every task has a warm head for it, since any of them may get its features.
/// </summary>
internal sealed class WarmHeads
{
    /// <summary>A consumer reports once a second; one that is silent for so long is not known to be ready.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(30);

    private readonly Dictionary<(string Task, string Consumer), HeadConsumerStatus> _statuses = [];

    /// <summary>A consumer's status came; null: it was cleared, the consumer is no more.</summary>
    public void Take(string task, string consumer, HeadConsumerStatus? status)
    {
        if (status is null)
        {
            _statuses.Remove((task, consumer));
        }
        else
        {
            _statuses[(task, consumer)] = status;
        }
    }

    /// <summary>What stands against a contract, a line each, by task and consumer; empty: nothing.</summary>
    /// <param name="contract">The contract.</param>
    /// <param name="tasks">The tasks of its bundle.</param>
    /// <param name="without">Consumers not to wait for, as <c>task/consumer</c>.</param>
    /// <param name="now">The time.</param>
    public IReadOnlyList<string> Missing(ContractId contract, IReadOnlyCollection<string> tasks, IReadOnlySet<string> without, DateTimeOffset now)
    {
        var live = _statuses.Where(s => s.Value.Online && !without.Contains($"{s.Key.Task}/{s.Key.Consumer}")).OrderBy(s => s.Key.Task, StringComparer.Ordinal).ThenBy(s => s.Key.Consumer, StringComparer.Ordinal).ToList();
        var missing = new List<string>();
        foreach (var task in tasks.Where(task => live.All(s => s.Key.Task != task)).Order(StringComparer.Ordinal))
        {
            missing.Add($"task {task}: no head consumer is up");
        }

        foreach (var ((task, consumer), status) in live)
        {
            var age = now - DateTimeOffset.UnixEpoch.AddMicroseconds(status.At);
            if (!status.Heads.Any(head => head.Contract == contract.ToString()))
            {
                var known = tasks.Contains(task) ? "has no warm head for" : "answers a task that the bundle has no head of, and has none for";
                missing.Add($"task {task}: consumer {consumer} {known} {contract.ShortForm}");
            }
            else if (age > Silence)
            {
                missing.Add($"task {task}: consumer {consumer} was last heard {(int)age.TotalSeconds} s ago (--without {task}/{consumer} if it is gone for good)");
            }
        }

        return missing;
    }
}
