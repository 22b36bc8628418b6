namespace MtlSplit.IoT.Training.Joint;

/// <summary>Counts images and the time spent on them. Not thread-safe.</summary>
internal sealed class TrainingClock(TimeProvider time)
{
    private TimeSpan _spent;
    private long _images;

    public long Now => time.GetTimestamp();

    public double PerSecond => _spent > TimeSpan.Zero ? _images / _spent.TotalSeconds : 0;

    public void Add(long started, int images)
    {
        _spent += time.GetElapsedTime(started);
        _images += images;
    }
}
