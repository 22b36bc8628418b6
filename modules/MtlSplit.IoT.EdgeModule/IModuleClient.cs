using System.Text.Json.Nodes;
using MtlSplit.IoT.HubProtocol.Errors;
using MtlSplit.IoT.HubProtocol.Messages;
using MtlSplit.IoT.HubProtocol.Methods;

namespace MtlSplit.IoT.EdgeModule;

/// <summary>
/// A module's connection to its hub, which heals itself: what was accepted is sent again after a reconnect, subscriptions come back, tokens are
/// renewed by reconnecting in order. All members may be called from any thread, in any order: the connection opens by itself with
/// the first call. Handlers may call any member except <see cref="CloseAsync"/> and disposal, which wait for them. Whoever made it disposes it.
/// </summary>
public interface IModuleClient : IAsyncDisposable
{
    /// <summary>Raised after every change of <see cref="State"/>, in order, one at a time, never from inside a call of this interface.</summary>
    event Action<ModuleState>? StateChanged;

    /// <summary>Where the connection stands now.</summary>
    ModuleState State { get; }

    /// <summary>Begins to connect, and waits until connected.</summary>
    /// <param name="ct">Ends the wait; attempts go on. The exception's message says what the last attempt failed with.</param>
    /// <exception cref="ModuleConnectException">Waiting does not help: the message says why.</exception>
    /// <exception cref="ObjectDisposedException">It was closed.</exception>
    Task OpenAsync(CancellationToken ct = default);

    /// <summary>
    /// Sends a message and waits until the hub has acknowledged it, through as many reconnects as it takes. Many may be sent at once; they leave
    /// in the order of the calls. With <see cref="ModuleClientOptions.SendQueue"/> of them waiting, a call waits for room first, and such calls have no order
    /// among each other.
    /// </summary>
    /// <param name="message">The message; at most 256 KiB with its properties. Its memory must stay unchanged until the task ends.</param>
    /// <param name="ct">Ends the wait. A message that was accepted by then is still sent, once or, after a reconnect, twice.</param>
    /// <exception cref="HubException">It is too large, or cannot stand in a topic.</exception>
    /// <exception cref="ObjectDisposedException">It was closed before the hub acknowledged.</exception>
    Task SendEventAsync(HubMessage message, CancellationToken ct = default);

    /// <summary>Sends a message to one of the module's outputs, where routes take it on: see the other overload.</summary>
    /// <param name="output">The output's name.</param>
    /// <param name="message">The message.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <exception cref="HubException">It is too large, or cannot stand in a topic.</exception>
    /// <exception cref="ObjectDisposedException">It was closed before the hub acknowledged.</exception>
    Task SendEventAsync(string output, HubMessage message, CancellationToken ct = default);

    /// <summary>
    /// Sets what handles the messages of an input. Messages come one at a time over all inputs, in order, and are acknowledged after the
    /// handler; after a reconnect one may come again. One without a handler waits for it for <see cref="ModuleClientOptions.HandlerPatience"/>
    /// and is then dropped, logged and counted.
    /// </summary>
    /// <param name="input">The input's name.</param>
    /// <param name="handler">The handler; null takes it away. Its token ends when the client closes.</param>
    /// <param name="ct">Ends the wait for the hub's answer; the handler stays set.</param>
    /// <exception cref="ModuleConnectException">Waiting does not help.</exception>
    Task SetInputHandlerAsync(string input, Func<HubMessage, CancellationToken, Task<InputAnswer>>? handler, CancellationToken ct = default);

    /// <summary>Asks for the twin.</summary>
    /// <param name="ct">Ends the wait.</param>
    /// <exception cref="HubException">The hub refuses, or did not answer within <see cref="ModuleClientOptions.TwinTimeout"/>.</exception>
    /// <exception cref="HubFormatException">The answer is no twin.</exception>
    /// <exception cref="ModuleConnectException">Waiting does not help.</exception>
    Task<ModuleTwin> GetTwinAsync(CancellationToken ct = default);

    /// <summary>Changes the reported properties and waits for the hub's answer. Changes reach the hub one after the other, in the order of the calls.</summary>
    /// <param name="patch">A merge patch: null deletes, objects merge.</param>
    /// <param name="ct">Ends the wait; the hub may have the change or not.</param>
    /// <returns>The new version of the reported properties; null where the hub does not say, as edgeHub.</returns>
    /// <exception cref="HubException">The patch breaks a limit, the hub refuses, or did not answer within <see cref="ModuleClientOptions.TwinTimeout"/>.</exception>
    /// <exception cref="ModuleConnectException">Waiting does not help.</exception>
    Task<long?> UpdateReportedPropertiesAsync(JsonObject patch, CancellationToken ct = default);

    /// <summary>
    /// Sets what handles the desired properties. It is called first with the properties as they stand, then for every change, one at a time,
    /// in the order of versions, each version at most once; changes made while the module was away come as one. An exception is logged
    /// and the change counts as handled.
    /// </summary>
    /// <param name="handler">The handler; null takes it away. Its token ends when the client closes.</param>
    /// <param name="ct">Ends the wait for the hub's answer; the handler stays set.</param>
    /// <exception cref="ModuleConnectException">Waiting does not help.</exception>
    Task SetDesiredPropertyHandlerAsync(Func<DesiredChange, CancellationToken, Task>? handler, CancellationToken ct = default);

    /// <summary>
    /// Sets what answers a method. Up to <see cref="ModuleClientOptions.MethodConcurrency"/> calls run at once and
    /// <see cref="ModuleClientOptions.MethodQueue"/> wait; further ones are answered 503 at once. A handler's exception is answered 500 with
    /// its message, a payload that is no JSON or larger than 128 KiB 400, a method without a handler 501 as by the .NET SDK.
    /// </summary>
    /// <param name="method">The method's name.</param>
    /// <param name="handler">The handler; null takes it away. Its token ends when the client closes, or after 300 s, when no caller waits any more.</param>
    /// <param name="ct">Ends the wait for the hub's answer; the handler stays set.</param>
    /// <exception cref="ModuleConnectException">Waiting does not help.</exception>
    Task SetMethodHandlerAsync(string method, Func<MethodCall, CancellationToken, Task<MethodResult>>? handler, CancellationToken ct = default);

    /// <summary>Sets what answers methods that have no handler of their own.</summary>
    /// <param name="handler">The handler; null takes it away.</param>
    /// <param name="ct">Ends the wait for the hub's answer; the handler stays set.</param>
    /// <exception cref="ModuleConnectException">Waiting does not help.</exception>
    Task SetDefaultMethodHandlerAsync(Func<MethodCall, CancellationToken, Task<MethodResult>>? handler, CancellationToken ct = default);

    /// <summary>
    /// Leaves in order: cancels the handlers and waits for them, waits for messages in flight, and disconnects. Each wait ends after
    /// <see cref="ModuleClientOptions.CloseTimeout"/>. The hub keeps the session.
    /// </summary>
    /// <param name="ct">Ends the waits early.</param>
    Task CloseAsync(CancellationToken ct = default);
}
