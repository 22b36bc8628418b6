namespace MtlSplit.IoT.Messaging.Publishing;

/// <summary>Packet identifiers 1 to 65535, none given out twice before it is returned. Not thread-safe.</summary>
internal sealed class PacketIds
{
    private readonly bool[] _used = new bool[ushort.MaxValue + 1];
    private int _last;
    private int _count;

    public bool TryTake(out ushort id)
    {
        id = 0;
        if (_count == ushort.MaxValue)
        {
            return false;
        }

        do
        {
            _last = _last == ushort.MaxValue ? 1 : _last + 1;
        }
        while (_used[_last]);

        _used[_last] = true;
        _count++;
        id = (ushort)_last;
        return true;
    }

    public void Return(ushort id)
    {
        if (_used[id])
        {
            _used[id] = false;
            _count--;
        }
    }
}
