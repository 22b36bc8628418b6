namespace MtlSplit.IoT.Testing.Mqtt;

/// <summary>One connection to a <see cref="ScriptedServer"/>.</summary>
public sealed class ScriptedLink(int number, Stream stream) : IDisposable
{
    private readonly SemaphoreSlim _writing = new(1);
    private int _lastId;

    /// <summary>From 0.</summary>
    public int Number => number;

    /// <summary>What it opened with; null until then.</summary>
    public MqttConnect? Connect { get; internal set; }

    /// <summary>Ends when the client is gone.</summary>
    public TaskCompletionSource Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Writes bytes as they are.</summary>
    /// <param name="packet">The bytes.</param>
    /// <param name="first">Done before them, and before anything else is written.</param>
    public async Task SendAsync(byte[] packet, Action? first = null)
    {
        await _writing.WaitAsync();
        try
        {
            first?.Invoke();
            await stream.WriteAsync(packet);
            await stream.FlushAsync();
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            // The client is gone, which its end says too.
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Publishes to the client. Returns the identifier, 0 at QoS 0.</summary>
    public async Task<ushort> PublishAsync(string topic, byte[] payload, int qos = 0)
    {
        var id = qos > 0 ? (ushort)Interlocked.Increment(ref _lastId) : (ushort)0;
        await SendAsync(MqttText.Encode(new MqttPublish(topic, payload, qos, Retain: false, Duplicate: false, id)));
        return id;
    }

    /// <summary>Publishes text to the client.</summary>
    public Task<ushort> PublishAsync(string topic, string payload, int qos = 0) => PublishAsync(topic, System.Text.Encoding.UTF8.GetBytes(payload), qos);

    /// <summary>Hangs up without a word.</summary>
    public void Cut() => Dispose();

    public void Dispose()
    {
        stream.Dispose();
        Ended.TrySetResult();
    }

    internal async Task<MqttFrame?> ReadAsync(CancellationToken ct)
    {
        var head = new byte[1];
        if (await stream.ReadAsync(head, ct) == 0)
        {
            return null;
        }

        var length = 0;
        var next = new byte[1];
        for (var shift = 0; ; shift += 7)
        {
            await stream.ReadExactlyAsync(next, ct);
            length |= (next[0] & 0x7F) << shift;
            if (next[0] < 128)
            {
                break;
            }
        }

        var body = new byte[length];
        await stream.ReadExactlyAsync(body, ct);
        return new MqttFrame(number, head[0], body);
    }
}
