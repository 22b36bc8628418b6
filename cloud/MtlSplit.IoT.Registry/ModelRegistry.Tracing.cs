using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Contracts.Heads;
using MtlSplit.IoT.Registry.Promoting;
using MtlSplit.IoT.Registry.Registering;
using MtlSplit.IoT.Registry.Tracing;

namespace MtlSplit.IoT.Registry;

public sealed partial class ModelRegistry
{
    /// <summary>Every run that a frame went into, and the head that came out. Runs whose snapshot is collected are passed over.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="RegistryException">A document or a snapshot is damaged.</exception>
    public IReadOnlyList<FrameUse> Trace(FrameId frame, CancellationToken ct)
    {
        var (heads, uses, read) = (Heads(), new List<FrameUse>(), new Dictionary<string, SnapshotFrame?>(StringComparer.Ordinal));
        foreach (var run in Runs().Where(HasSnapshot))
        {
            ct.ThrowIfCancellationRequested();
            if (!read.TryGetValue(run.Manifest.Snapshot, out var found))
            {
                found = Reading(run, snapshot => SnapshotFile.Find(snapshot, frame));
                read.Add(run.Manifest.Snapshot, found);
            }

            if (found is not null)
            {
                uses.Add(new FrameUse(run, found, heads.FirstOrDefault(head => head.Origin(RegisteredHead.Run) == run.Id)));
            }
        }

        return uses;
    }

    /// <summary>The frames that a run learned from and compared on.</summary>
    /// <exception cref="RegistryException">The snapshot is missing, damaged or collected.</exception>
    public IReadOnlyList<SnapshotFrame> Frames(RegisteredRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return Reading(run, static snapshot => SnapshotFile.Read(snapshot));
    }

    /// <summary>Where a head comes from, what was trained from it, and when it answered.</summary>
    /// <exception cref="RegistryException">A document is damaged.</exception>
    public HeadLineage Trace(RegisteredHead head)
    {
        ArgumentNullException.ThrowIfNull(head);
        var (contract, task) = (head.Contract, head.Manifest.Task);
        var (heads, runs) = (_shelves.Heads(contract, task), _shelves.Runs(contract, task));
        var origins = new List<HeadOrigin>();
        for (var version = head.Version; version is not null && origins.All(origin => origin.Version != version);)
        {
            var there = heads.FirstOrDefault(h => h.Version == version);
            var run = runs.FirstOrDefault(r => r.Id == there?.Origin(RegisteredHead.Run)) ?? runs.FirstOrDefault(r => r.Manifest.Challenger == version);
            origins.Add(new HeadOrigin(version, there, run, run is not null && HasSnapshot(run), there?.Origin(RegisteredHead.Bundle)));
            version = there?.Manifest.Parent ?? run?.Manifest.Parent;
        }

        return new HeadLineage(head, origins, [.. heads.Where(h => h.Manifest.Parent == head.Version)], [.. AliasKeys().Where(key => key.Contract == contract && key.Task == task).SelectMany(key => Times(key, head.Target))]);
    }

    private T Reading<T>(RegisteredRun run, Func<byte[], T> read)
    {
        try
        {
            return read(Snapshot(run));
        }
        catch (FormatException e)
        {
            throw new RegistryException(RegistryFault.Damaged, _folder.BlobFile(run.Manifest.Snapshot), e.Message, e);
        }
    }

    private IEnumerable<AnsweringTime> Times(AliasKey key, AliasTarget target)
    {
        var history = History(key);
        foreach (var alias in new[] { HeadAlias.Production, HeadAlias.Shadow })
        {
            AliasRecord? began = null;
            foreach (var record in history.Select(change => change.Record))
            {
                var there = Target(record, alias) == target;
                if (there && began is null)
                {
                    began = record;
                }
                else if (!there && began is not null)
                {
                    yield return new AnsweringTime(key, alias, began.At, record.At, began.Why);
                    began = null;
                }
            }

            if (began is not null)
            {
                yield return new AnsweringTime(key, alias, began.At, null, began.Why);
            }
        }
    }
}
