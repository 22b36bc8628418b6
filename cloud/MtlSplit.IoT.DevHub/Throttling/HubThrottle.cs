using System.Globalization;
using MtlSplit.IoT.HubProtocol.Errors;
using MtlSplit.IoT.HubProtocol.Methods;

namespace MtlSplit.IoT.DevHub.Throttling;

/// <summary>
/// The limits that a hub keeps, one bucket for each kind of operation, whoever asks. Azure delays what is above a limit for a while and then answers 429;
/// here 429 comes at once when a bucket is empty, so that whoever tests meets it, and messages alone are delayed, since MQTT has no other answer to
/// them. Thread-safe.
/// </summary>
internal sealed class HubThrottle
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(10);

    private readonly TimeProvider _time;
    private readonly ILogger<HubThrottle> _log;
    private readonly Limit?[] _limits;

    /// <summary>Keeps the limits of a tier.</summary>
    public HubThrottle(ThrottlingOptions options, TimeProvider time, ILogger<HubThrottle> log)
    {
        (_time, _log) = (time, log);
        _limits = [.. Enum.GetValues<ThrottledOperation>().Select(operation => options.Tier == HubTier.None ? null : new Limit(operation, options, time))];
    }

    /// <summary>What a call of a method counts.</summary>
    public static int CostOf(MethodRequest method) => Math.Max(1, (method.ToPayloadUtf8().Length + ThrottleRates.MethodMeterBytes - 1) / ThrottleRates.MethodMeterBytes);

    /// <summary>Counts an operation that is about to be done.</summary>
    /// <param name="operation">Which.</param>
    /// <param name="cost">How many of it this is.</param>
    /// <exception cref="HubException"><see cref="HubErrors.ThrottlingException"/>: it is one too many and must not be done.</exception>
    public void Take(ThrottledOperation operation, int cost = 1)
    {
        if (!TryTake(operation, out var wait, cost))
        {
            // Azure's answer has no Retry-After, and nobody is to learn here to rely on one.
            throw new HubException(
                HubErrors.ThrottlingException,
                string.Create(CultureInfo.InvariantCulture, $"{operation} are above the limit of {_limits[(int)operation]!.PerSecond:0.##} a second. The next is free in {wait.TotalSeconds:0.##} s."));
        }
    }

    /// <summary>Counts an operation that is about to be done. False: it is one too many and must not be done.</summary>
    /// <param name="operation">Which.</param>
    /// <param name="wait">How long until one is free, if nobody else takes it.</param>
    /// <param name="cost">How many of it this is.</param>
    public bool TryTake(ThrottledOperation operation, out TimeSpan wait, int cost = 1)
    {
        wait = TimeSpan.Zero;
        if (_limits[(int)operation] is not { } limit || (wait = limit.Bucket.Take(cost)) == TimeSpan.Zero)
        {
            return true;
        }

        if (limit.Tells(_time, Quiet))
        {
            Log.Throttled(_log, operation, limit.PerSecond, Quiet);
        }

        return false;
    }

    /// <summary>Counts an operation when it is its turn.</summary>
    public async ValueTask WaitAsync(ThrottledOperation operation, CancellationToken ct)
    {
        while (!TryTake(operation, out var wait))
        {
            await Task.Delay(wait, _time, ct);
        }
    }

    /// <summary>The limit of one kind of operation.</summary>
    private sealed class Limit
    {
        // The most that one call can cost must fit in, however short the burst is.
        private const int LargestMethod = MethodRequest.MaxPayloadBytes / ThrottleRates.MethodMeterBytes;

        private long _toldAt = long.MinValue;

        public Limit(ThrottledOperation operation, ThrottlingOptions options, TimeProvider time)
        {
            PerSecond = ThrottleRates.PerSecond(operation, options.Tier, options.Units);
            Bucket = new TokenBucket(PerSecond, Math.Max(PerSecond * options.Burst.TotalSeconds, operation == ThrottledOperation.Methods ? LargestMethod : 1), time);
        }

        public double PerSecond { get; }

        public TokenBucket Bucket { get; }

        /// <summary>Whether it is time to tell that something was refused.</summary>
        public bool Tells(TimeProvider time, TimeSpan quiet)
        {
            var (before, now) = (Volatile.Read(ref _toldAt), time.GetTimestamp());
            return (before == long.MinValue || time.GetElapsedTime(before, now) >= quiet) && Interlocked.CompareExchange(ref _toldAt, now, before) == before;
        }
    }
}
