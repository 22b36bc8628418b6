namespace MtlSplit.IoT.Messaging;

/// <summary>
/// A connection to the bus that heals itself. All members may be called from any thread. Whoever made it disposes it; disposing closes it
/// without waiting for publishes in flight.
/// </summary>
public interface IBusConnection : IAsyncDisposable
{
    /// <summary>Raised after every change of <see cref="State"/>, in order, one at a time, never from inside a call of this interface.</summary>
    event Action<BusState>? StateChanged;

    /// <summary>Where the connection stands now.</summary>
    BusState State { get; }

    /// <summary>Begins to connect in the background, and again after every loss, until closed. Calling it again does nothing.</summary>
    void Start();

    /// <summary>Waits until connected.</summary>
    /// <param name="ct">Ends the wait; the exception's message says what the last attempt failed with.</param>
    /// <exception cref="BusConnectException">The broker refuses this client, or its certificate is not trusted: waiting does not cure that. Attempts go on.</exception>
    /// <exception cref="ObjectDisposedException">It was closed.</exception>
    Task WhenConnectedAsync(CancellationToken ct);

    /// <summary>
    /// Publishes. The outer task waits for room in the bounded queue; the inner one ends with the outcome, which for QoS 1 is the broker's
    /// answer. Messages leave in the order they were accepted in, are sent again after a reconnect, in order, and time out after
    /// <see cref="BusOptions.PublishTimeout"/>. It never throws for the bus's own reasons.
    /// </summary>
    /// <param name="message">What to publish.</param>
    /// <param name="ct">Ends the wait for room. An accepted message is no longer cancelled.</param>
    /// <exception cref="OperationCanceledException"><paramref name="ct"/> ended the wait for room; the message was not accepted.</exception>
    ValueTask<Task<PublishResult>> PublishAsync(BusMessage message, CancellationToken ct);

    /// <summary>
    /// Subscribes, at QoS 1 unless told otherwise, and waits for the broker's answer. The subscription is renewed whenever the broker lost it. A filter can be
    /// subscribed to once at a time.
    /// </summary>
    /// <param name="filter">A topic filter, or a shared one: <c>$share/{group}/{filter}</c>.</param>
    /// <param name="ct">Ends the wait and withdraws the subscription.</param>
    /// <param name="retainedToo">Whether the retained messages come first. Shared subscriptions never get them.</param>
    /// <param name="qos">How hard the broker delivers at most.</param>
    /// <exception cref="BusSubscribeException">The filter is invalid, in use, or refused by the broker; names filter and reason.</exception>
    /// <exception cref="ObjectDisposedException">The connection was closed.</exception>
    Task<IBusSubscription> SubscribeAsync(string filter, CancellationToken ct, bool retainedToo = true, BusQos qos = BusQos.AtLeastOnce);

    /// <summary>
    /// Leaves in order: takes no more publishes, waits for those accepted, sends the acknowledgements that are due, and disconnects.
    /// The broker keeps the session. What has no answer by then ends as <see cref="PublishOutcome.Closed"/>.
    /// </summary>
    /// <param name="drain">The longest wait for publishes.</param>
    /// <param name="ct">Ends the wait early.</param>
    Task CloseAsync(TimeSpan drain, CancellationToken ct);

    /// <summary>Drops the socket without a DISCONNECT, as a crash would: the broker publishes the will and keeps the session. For tests.</summary>
    Task DisposeAbruptlyAsync();
}
