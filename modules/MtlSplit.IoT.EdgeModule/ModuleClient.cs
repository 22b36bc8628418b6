using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using MtlSplit.IoT.EdgeModule.Connecting;
using MtlSplit.IoT.EdgeModule.Identity;
using MtlSplit.IoT.EdgeModule.Inputs;
using MtlSplit.IoT.EdgeModule.Methods;
using MtlSplit.IoT.EdgeModule.Telemetry;
using MtlSplit.IoT.EdgeModule.Twins;
using MtlSplit.IoT.EdgeModule.Workload;
using MtlSplit.IoT.HubProtocol.Errors;
using MtlSplit.IoT.HubProtocol.Identities;
using MtlSplit.IoT.HubProtocol.Messages;
using MtlSplit.IoT.HubProtocol.Methods;
using MtlSplit.IoT.HubProtocol.Topics;
using MtlSplit.IoT.Messaging;

namespace MtlSplit.IoT.EdgeModule;

/// <summary>Makes this process a module of IoT Edge: see <see cref="IModuleClient"/>.</summary>
public sealed class ModuleClient : IModuleClient
{
    // Fixed header, lengths and packet identifier of a PUBLISH.
    private const int PacketOverhead = 9;

    private readonly ModuleClientOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly HubCredentials _credentials;
    private readonly BusConnection _bus;
    private readonly ModuleLink _link;
    private readonly TwinRequests _twin;
    private readonly DesiredWatch _desired;
    private readonly MethodHost _methods;
    private readonly InputPump _inputs;
    private readonly CancellationTokenSource _life = new();
    private readonly Lock _gate = new();
    private Task? _closing;
    private bool _everConnected;
    private bool _disposed;

    /// <summary>Makes a client that is not connected yet.</summary>
    /// <param name="module">Which module, of which hub, and how it proves that.</param>
    /// <param name="options">Settings.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where losses and failures are told.</param>
    /// <exception cref="ArgumentException">Settings are missing or out of range; the message names each.</exception>
    public ModuleClient(ModuleEnvironment module, ModuleClientOptions options, TimeProvider time, ILogger logger)
    {
        ModuleClientOptionsCheck.Require(options);
        _options = options;
        _time = time;
        _logger = logger;
        Module = module.Identity;
        Workload = module.Workload is null ? null : new WorkloadClient(module.Workload, time);
        HubHostName = module.HubHostName;
        _credentials = new HubCredentials(module, ProofOf(module, options, Workload, time), Workload, options, time);
        _bus = new BusConnection(BusOptionsOf(module, options, _credentials), time, logger);
        _link = new ModuleLink(_bus, Module);
        _twin = new TwinRequests(_link, options, time, logger, _life.Token);
        _desired = new DesiredWatch(_link, _twin, time, logger, _life.Token);
        _methods = new MethodHost(_link, options, time, logger, _life.Token);
        _inputs = new InputPump(_link, options, time, logger, _life.Token);
        _bus.StateChanged += OnStateChanged;
    }

    /// <inheritdoc/>
    public event Action<ModuleState>? StateChanged;

    /// <summary>Who this is.</summary>
    public HubIdentity Module { get; }

    /// <summary>The hub's own name, perhaps with a port, whatever is dialled in its place.</summary>
    public string HubHostName { get; }

    /// <summary>The workload API, such as for <see cref="IdentityCertificateSource"/>; null where a connection string says everything. Disposed with the client.</summary>
    public WorkloadClient? Workload { get; }

    /// <inheritdoc/>
    public ModuleState State => StateOf(_bus.State);

    /// <summary>A client for the module that the environment names: see <see cref="ModuleEnvironment"/>.</summary>
    /// <param name="environment">The variables; <see cref="ModuleEnvironment.OfProcess"/> for this process's own.</param>
    /// <param name="options">Settings.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where losses and failures are told.</param>
    /// <exception cref="ModuleEnvironmentException">Variables are missing or unusable; each is named.</exception>
    /// <exception cref="ArgumentException">Settings are missing or out of range; the message names each.</exception>
    public static ModuleClient FromEnvironment(IReadOnlyDictionary<string, string?> environment, ModuleClientOptions options, TimeProvider time, ILogger logger) =>
        new(ModuleEnvironment.Read(environment), options, time, logger);

    /// <summary>A client for the module of a connection string.</summary>
    /// <param name="connectionString">The connection string, with DeviceId and ModuleId.</param>
    /// <param name="options">Settings; the certificate and its key where the connection string says <c>x509=true</c>.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where losses and failures are told.</param>
    /// <exception cref="HubFormatException">It is no connection string; the message names the key at fault.</exception>
    /// <exception cref="ModuleEnvironmentException">It names no module.</exception>
    /// <exception cref="ArgumentException">Settings are missing or out of range; the message names each.</exception>
    public static ModuleClient FromConnectionString(string connectionString, ModuleClientOptions options, TimeProvider time, ILogger logger) =>
        new(ModuleEnvironment.Of(HubConnectionString.Parse(connectionString)), options, time, logger);

    /// <inheritdoc/>
    public Task OpenAsync(CancellationToken ct = default) => _link.OpenAsync(ct);

    /// <inheritdoc/>
    public async Task SendEventAsync(HubMessage message, CancellationToken ct = default)
    {
        var topic = HubTopics.Telemetry(Module, message.ToBag());
        var size = PacketOverhead + Encoding.UTF8.GetByteCount(topic) + message.Body.Length;
        if (size > HubMessage.MaxSize)
        {
            // The hub would hang up, and again when the message is sent again.
            throw new HubException(HubErrors.MessageTooLarge, $"A message of '{Module}' has {size} bytes with its properties; the limit is {HubMessage.MaxSize}.");
        }

        await _link.PublishAsync(topic, message.Body, BusQos.AtLeastOnce, ct);
        ModuleMetrics.EventsSent.Add(1);
    }

    /// <inheritdoc/>
    public Task SendEventAsync(string output, HubMessage message, CancellationToken ct = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(output);
        return SendEventAsync(message with { System = message.System with { OutputName = output } }, ct);
    }

    /// <inheritdoc/>
    public Task SetInputHandlerAsync(string input, Func<HubMessage, CancellationToken, Task<InputAnswer>>? handler, CancellationToken ct = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(input);
        return _inputs.SetAsync(input, handler, ct);
    }

    /// <inheritdoc/>
    public Task<ModuleTwin> GetTwinAsync(CancellationToken ct = default) => _twin.GetAsync(ct);

    /// <inheritdoc/>
    public Task<long?> UpdateReportedPropertiesAsync(JsonObject patch, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(patch);
        return _twin.PatchAsync(patch, ct);
    }

    /// <inheritdoc/>
    public Task SetDesiredPropertyHandlerAsync(Func<DesiredChange, CancellationToken, Task>? handler, CancellationToken ct = default) => _desired.SetAsync(handler, ct);

    /// <inheritdoc/>
    public Task SetMethodHandlerAsync(string method, Func<MethodCall, CancellationToken, Task<MethodResult>>? handler, CancellationToken ct = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(method);
        return _methods.SetAsync(method, handler, ct);
    }

    /// <inheritdoc/>
    public Task SetDefaultMethodHandlerAsync(Func<MethodCall, CancellationToken, Task<MethodResult>>? handler, CancellationToken ct = default) =>
        _methods.SetAsync(method: null, handler, ct);

    /// <summary>
    /// Makes a token by which this module proves to its hub who it is, for a request over HTTPS: the header <c>Authorization</c>. It is a credential of the
    /// module; give it to no other host than <see cref="HubHostName"/>. Needs no connection.
    /// </summary>
    /// <param name="ct">Ends the call.</param>
    /// <returns>The token; null where a certificate is the proof.</returns>
    /// <exception cref="ModuleConnectException">It cannot be made; the message says why.</exception>
    public async Task<string?> CreateTokenAsync(CancellationToken ct = default)
    {
        try
        {
            return await _credentials.CreateTokenAsync(ct);
        }
        catch (BusConnectException error)
        {
            throw new ModuleConnectException(error.Message, error);
        }
    }

    /// <summary>
    /// The certificates that this module is told to trust beside the machine's own, as PEM text: of its settings, of <c>EdgeModuleCACertificateFile</c>, and of
    /// the workload API. Needs no connection.
    /// </summary>
    /// <param name="ct">Ends the call.</param>
    /// <returns>One or more certificates; null: none.</returns>
    /// <exception cref="WorkloadException">The workload API does not say.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public async Task<string?> GetAuthoritiesAsync(CancellationToken ct = default) => await _credentials.FetchAuthoritiesAsync(ct);

    /// <inheritdoc/>
    public Task CloseAsync(CancellationToken ct = default)
    {
        lock (_gate)
        {
            return _closing ??= CloseOnceAsync(ct);
        }
    }

    /// <summary>Closes as <see cref="CloseAsync"/> does, and frees what it holds.</summary>
    public async ValueTask DisposeAsync()
    {
        await CloseAsync(CancellationToken.None);
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
        }

        await _bus.DisposeAsync();
        _twin.Dispose();
        _methods.Dispose();
        _life.Dispose();
        Workload?.Dispose();
    }

    private static ModuleState StateOf(BusState state) => state switch
    {
        BusState.Connected => ModuleState.Connected,
        BusState.Closed => ModuleState.Closed,
        _ => ModuleState.Disconnected,
    };

    private static IModuleProof ProofOf(ModuleEnvironment module, ModuleClientOptions options, WorkloadClient? workload, TimeProvider time)
    {
        if (workload is not null)
        {
            return new WorkloadProof(workload);
        }

        var text = module.ConnectionString!;
        if (text.X509)
        {
            return options.CertificateFile is not null
                ? new CertificateProof()
                : throw new ArgumentException("Module client settings: the connection string says x509=true, so CertificateFile and CertificateKeyFile are needed.", nameof(options));
        }

        return text.SharedAccessKey is not null ? new KeyProof(Convert.FromBase64String(text.SharedAccessKey), text.SharedAccessKeyName)
            : SasToken.TryParse(text.SharedAccessSignature, out var token) ? new TokenProof(token, time)
            : throw new ArgumentException("The connection string's SharedAccessSignature is none.", nameof(module));
    }

    private static BusOptions BusOptionsOf(ModuleEnvironment module, ModuleClientOptions options, HubCredentials credentials)
    {
        var dialled = module.GatewayHostName ?? module.HubHostName;
        return HubEndpoint.TryParse(dialled, options.Port, out var endpoint)
            ? new BusOptions
            {
                Host = endpoint.Host,
                Port = endpoint.Port,
                ClientId = module.Identity.ClientId,
                Protocol = BusProtocol.Mqtt311,
                // In 3.1.1 any time at all means: keep the session.
                SessionExpiry = TimeSpan.FromDays(1),
                Credentials = credentials.FetchAsync,
                // SDKs rely on the session, hubs may have lost it without saying so.
                RenewSubscriptions = true,
                KeepAlive = options.KeepAlive,
                ConnectTimeout = options.ConnectTimeout,
                RequestTimeout = options.AnswerTimeout,
                AnswerTimeout = options.AnswerTimeout,
                PublishTimeout = Timeout.InfiniteTimeSpan,
                PublishWindow = options.SendWindow,
                PublishQueue = options.SendQueue,
                QosZeroQueue = options.ReceiveQueue,
                RetryDelay = options.RetryDelay,
                MaxRetryDelay = options.MaxRetryDelay,
                MaximumPacketSize = ModuleClientOptions.LargestPacket,
            }
            : throw new ArgumentException($"'{dialled}' is no host to dial.", nameof(module));
    }

    private void OnStateChanged(BusState state)
    {
        if (state == BusState.Connected)
        {
            // Whatever was asked for before is asked over the first connection anyway.
            if (_everConnected)
            {
                _desired.Renew();
            }

            _everConnected = true;
        }
        else
        {
            _twin.Lost();
        }

        try
        {
            StateChanged?.Invoke(StateOf(state));
        }
        catch (Exception error)
        {
            Log.ListenerFailed(_logger, error);
        }
    }

    private async Task CloseOnceAsync(CancellationToken ct)
    {
        await Task.Yield();
        await _life.CancelAsync();
        try
        {
            await _methods.WhenIdleAsync().WaitAsync(_options.CloseTimeout, _time, ct);
        }
        catch (Exception error) when (error is TimeoutException or OperationCanceledException)
        {
            // A handler that does not end loses its caller.
        }

        await _bus.CloseAsync(_options.CloseTimeout, ct);
        var ending = Task.WhenAll(_twin.EndAsync(), _desired.EndAsync(), _methods.EndAsync(), _inputs.EndAsync());
        try
        {
            await ending.WaitAsync(_options.CloseTimeout, _time, ct);
        }
        catch (Exception error) when (error is TimeoutException or OperationCanceledException)
        {
            // The same for the handlers of inputs and of desired properties.
        }
    }
}
