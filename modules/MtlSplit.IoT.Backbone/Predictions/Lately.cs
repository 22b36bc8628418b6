namespace MtlSplit.IoT.Backbone.Predictions;

/// <summary>Remembers the last so many: delivery is at least once, and what was there a short while ago is a repeat. Not thread-safe.</summary>
/// <param name="most">How many.</param>
internal sealed class Lately<T>(int most)
{
    private readonly HashSet<T> _seen = [];
    private readonly Queue<T> _order = new();

    /// <summary>Whether it was not there lately; now it was.</summary>
    public bool IsNew(T item)
    {
        if (!_seen.Add(item))
        {
            return false;
        }

        _order.Enqueue(item);
        if (_order.Count > most)
        {
            _seen.Remove(_order.Dequeue());
        }

        return true;
    }
}
