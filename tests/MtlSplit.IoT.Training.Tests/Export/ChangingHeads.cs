using System.Collections;
using MtlSplit.IoT.Training.Joint;

namespace MtlSplit.IoT.Training.Tests.Export;

/// <summary>Heads that are others after they were gone through once, as if the files written from them were wrong.</summary>
internal sealed class ChangingHeads(IReadOnlyList<TrainedHead> first, IReadOnlyList<TrainedHead> later) : IReadOnlyList<TrainedHead>
{
    private bool _read;

    public int Count => first.Count;

    public TrainedHead this[int index] => (_read ? later : first)[index];

    public IEnumerator<TrainedHead> GetEnumerator()
    {
        var heads = _read ? later : first;
        _read = true;
        return heads.GetEnumerator();
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
