using System.Security.Cryptography;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Registry.Tracing;
using MtlSplit.IoT.SampleStore.Queries;

namespace MtlSplit.IoT.Retraining.Heads;

/// <summary>
/// The samples of one retraining: which frames, with which label, on which side of the split. Immutable. Its digest names
/// exactly this set, whatever the store becomes later. In the blocks of time that are held out, frames of both streams are compared on; in the others frames of
/// the need stream are learned from, and those of the uniform stream are neither: they would be compared on beside near-duplicates that were learned from.
/// </summary>
internal sealed class HeadSnapshot
{
    private HeadSnapshot(ContractId contract, string task, IReadOnlyList<string> classes, IReadOnlyList<SnapshotSample> samples)
    {
        Contract = contract;
        Task = task;
        Classes = classes;
        Samples = samples;
        Training = [.. samples.Where(s => !s.HeldOut)];
        HeldOut = [.. samples.Where(s => s.HeldOut)];
        Listing = List();
        Digest = Convert.ToHexStringLower(SHA256.HashData(Listing));
    }

    /// <summary>The contract of the features.</summary>
    public ContractId Contract { get; }

    /// <summary>The task of the labels.</summary>
    public string Task { get; }

    /// <summary>The classes, in the order of the head's outputs.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>All samples, oldest capture first.</summary>
    public IReadOnlyList<SnapshotSample> Samples { get; }

    /// <summary>Those to learn from.</summary>
    public IReadOnlyList<SnapshotSample> Training { get; }

    /// <summary>Those to compare on.</summary>
    public IReadOnlyList<SnapshotSample> HeldOut { get; }

    /// <summary>The SHA-256 of <see cref="Listing"/>, 64 hex digits.</summary>
    public string Digest { get; }

    /// <summary>Frames, labels, parts and weights, as the registry keeps them.</summary>
    public byte[] Listing { get; }

    /// <summary>Labels whose class the head does not have, and how many frames carried each. Left out of the samples.</summary>
    public required SortedDictionary<string, int> UnknownClasses { get; init; }

    /// <summary>Stored features that could not be decoded. Left out of the samples.</summary>
    public required int Undecodable { get; init; }

    /// <summary>Frames whose labels contradict each other. Left out of the samples.</summary>
    public required int Contradicted { get; init; }

    /// <summary>Labelled frames of the uniform stream outside the blocks that are held out. Left out of the samples.</summary>
    public required int KeptApart { get; init; }

    /// <summary>Takes a snapshot of what a query found.</summary>
    /// <param name="contract">The contract.</param>
    /// <param name="task">The task.</param>
    /// <param name="classes">The classes of the head in use, in its order.</param>
    /// <param name="found">Labelled samples.</param>
    public static HeadSnapshot Take(ContractId contract, string task, IReadOnlyList<string> classes, SampleSet found)
    {
        var order = classes.Select((name, index) => (name, index)).ToDictionary(c => c.name, c => c.index, StringComparer.Ordinal);
        var unknown = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var samples = new List<SnapshotSample>();
        var weights = HeldOutWeights.Of([.. found.Samples.Where(s => s.Label is { } l && order.ContainsKey(l) && TimeBlocks.IsHeldOut(s.Vehicle, s.CapturedAt))]);
        var keptApart = 0;
        foreach (var sample in found.Samples)
        {
            if (sample.Label is not { } label)
            {
                continue;
            }

            if (order.TryGetValue(label, out var index))
            {
                var heldOut = TimeBlocks.IsHeldOut(sample.Vehicle, sample.CapturedAt);
                if (heldOut || !sample.IsKeptApart)
                {
                    samples.Add(new SnapshotSample(sample.Frame, sample.Fleet, sample.Vehicle, sample.CapturedAt, index, sample.Feature, heldOut, heldOut ? weights.Of(sample) : 1));
                }
                else
                {
                    keptApart++;
                }
            }
            else
            {
                unknown[label] = unknown.GetValueOrDefault(label) + 1;
            }
        }

        return new HeadSnapshot(contract, task, classes, samples) { UnknownClasses = unknown, Undecodable = found.Undecodable, Contradicted = found.Contradicted, KeptApart = keptApart };
    }

    private byte[] List() => SnapshotFile.Write(Contract, Task, Classes, [.. Samples.Select(sample => new SnapshotFrame(sample.Frame, sample.Fleet, sample.Vehicle, sample.CapturedAt, Classes[sample.Class], sample.HeldOut, (float)sample.Weight))]);
}
