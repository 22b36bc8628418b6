namespace MtlSplit.IoT.HubGateway.Arriving;

/// <summary>Watches the times that end a connection: silence, the token's end and a write that does not end. Thread-safe.</summary>
internal sealed class Vigil
{
    private const long Paused = long.MaxValue;
    private readonly TimeSpan _silence;
    private readonly DateTimeOffset? _expires;
    private readonly GatewayOptions _options;
    private readonly TimeProvider _time;
    private long _heard;

    public Vigil(ushort keepAliveSeconds, DateTimeOffset? expires, GatewayOptions options, TimeProvider time)
    {
        // MQTT's one and a half times; 0 asks for no limit, which a hub does not give.
        var asked = TimeSpan.FromSeconds(1.5 * keepAliveSeconds);
        _silence = keepAliveSeconds == 0 || asked > options.MaxSilence ? options.MaxSilence : asked;
        _expires = expires is { } end && end < DateTimeOffset.MaxValue - options.ClockSkew ? end + options.ClockSkew : null;
        _options = options;
        _time = time;
        Hear();
    }

    /// <summary>Something came from the client, or it is listened to again.</summary>
    public void Hear() => Volatile.Write(ref _heard, _time.GetTimestamp());

    /// <summary>The client is not read from: its silence does not count.</summary>
    public void Pause() => Volatile.Write(ref _heard, Paused);

    /// <summary>Why the connection is to end now; null where it is not.</summary>
    /// <param name="writing">How long the write under way has taken.</param>
    public Ending? Find(TimeSpan writing)
    {
        var heard = Volatile.Read(ref _heard);
        if (heard != Paused && _time.GetElapsedTime(heard) > _silence)
        {
            return new Ending(EndKind.Silent, $"it was silent for more than {_silence.TotalSeconds:0.#} s");
        }

        if (_time.GetUtcNow() >= _expires)
        {
            return new Ending(EndKind.Expired, "its right to be connected has expired");
        }

        return writing > _options.WriteTimeout
            ? new Ending(EndKind.Stalled, $"it does not read: a write has taken more than {_options.WriteTimeout.TotalSeconds:0.#} s")
            : null;
    }
}
