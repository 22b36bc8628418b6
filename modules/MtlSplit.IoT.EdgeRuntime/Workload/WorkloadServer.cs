using System.Globalization;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using MtlSplit.IoT.EdgeRuntime.Identities;
using MtlSplit.IoT.EdgeRuntime.Serving;
using MtlSplit.IoT.HubProtocol.Messages;

namespace MtlSplit.IoT.EdgeRuntime.Workload;

/// <summary>
/// The workload API on a unix socket: signs with a module's key, issues certificates, encrypts, and says what to trust. A module is served to
/// its own processes only, as far as the system tells who calls. Thread-safe; whoever made it disposes it.
/// </summary>
internal sealed class WorkloadServer : IAsyncDisposable
{
    // What sockaddr_un holds on Linux, with the zero at its end.
    private const int MaxSocketPath = 107;
    private static readonly string[] Versions = ["2018-06-28", "2019-01-30", "2019-10-22", "2019-11-05", "2020-07-07", "2021-12-07", "2022-08-03"];

    private readonly IModuleIdentities _identities;
    private readonly IModuleProcesses _processes;
    private readonly DeviceAuthority _authority;
    private readonly ModuleSecrets _secrets;
    private readonly string _hubHost;
    private readonly string _trusted;
    private readonly HttpHost _host;
    private readonly string _path;

    /// <summary>Listens; modules can call after <see cref="Start"/>.</summary>
    /// <param name="path">The socket.</param>
    /// <param name="identities">The device's modules.</param>
    /// <param name="processes">Which processes are theirs.</param>
    /// <param name="authority">Issues certificates.</param>
    /// <param name="secrets">Encrypts for modules.</param>
    /// <param name="hub">The hub, whose authorities modules are to trust too: they fetch from it what the edge device does not hand on.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where failures are told.</param>
    /// <exception cref="SocketException">The socket cannot be made.</exception>
    /// <exception cref="ArgumentException">Its path is too long for a socket.</exception>
    public WorkloadServer(
        string path, IModuleIdentities identities, IModuleProcesses processes, DeviceAuthority authority, ModuleSecrets secrets, HubAddress hub, TimeProvider time, ILogger logger)
    {
        if (System.Text.Encoding.UTF8.GetByteCount(path) > MaxSocketPath)
        {
            throw new ArgumentException($"The workload socket's path {path} is longer than {MaxSocketPath} bytes; give a shorter one.", nameof(path));
        }

        (_identities, _processes, _authority, _secrets, _hubHost, _path) = (identities, processes, authority, secrets, hub.HostName, path);
        _trusted = authority.Pem + hub.AuthoritiesPem;
        MakeFolder(Path.GetDirectoryName(path)!);
        _host = new HttpHost(new UnixDomainSocketEndPoint(path), null, HandleAsync, time, logger);
        if (!OperatingSystem.IsWindows())
        {
            // Modules may run as somebody else; who they are is seen from their process.
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite);
        }
    }

    /// <summary>What modules get as <c>IOTEDGE_WORKLOADURI</c>.</summary>
    public string Address => $"unix://{_path}";

    public static string NewestVersion => Versions[^1];

    public void Start() => _host.Start();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        File.Delete(_path);
    }

    internal Task<HttpReply> HandleAsync(HttpRequest request, int? process, CancellationToken ct)
    {
        if (!request.Query.TryGetValue("api-version", out var version) || !Versions.Contains(version))
        {
            throw new HttpFaultException(400, $"api-version is '{version}'; one of {string.Join(", ", Versions)} is needed.");
        }

        return Task.FromResult((request.Method, request.Segments) switch
        {
            ("GET", ["modules"]) => new HttpReply(200, new JsonObject { ["modules"] = new JsonArray([.. _processes.List().Select(Describe)]) }),
            ("GET", ["trust-bundle"]) => new HttpReply(200, new JsonObject { ["certificate"] = _trusted }),
            ("GET", ["manifest-trust-bundle"]) => new HttpReply(200, new JsonObject { ["certificate"] = "" }),
            ("POST", ["modules", var name, "genid", var generation, "sign"]) => Sign(Require(name, generation, process), BodyOf(request)),
            ("POST", ["modules", var name, "genid", var generation, "certificate", "server"]) => IssueServer(Require(name, generation, process), BodyOf(request)),
            ("POST", ["modules", var name, "certificate", "identity"]) => IssueIdentity(Require(name, null, process), request),
            ("POST", ["modules", var name, "genid", var generation, "encrypt"]) => Encrypt(Require(name, generation, process), BodyOf(request)),
            ("POST", ["modules", var name, "genid", var generation, "decrypt"]) => Decrypt(Require(name, generation, process), BodyOf(request)),
            _ => throw new HttpFaultException(404, $"There is no {request.Method} /{string.Join('/', request.Segments)}."),
        });
    }

    private static void MakeFolder(string folder)
    {
        if (Directory.Exists(folder))
        {
            return;
        }

        Directory.CreateDirectory(folder);
        if (!OperatingSystem.IsWindows())
        {
            // Containers get it, and their users are others than this process's. Nothing but the socket is in it.
            File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        }
    }

    private static HttpReply Sign(ModuleIdentity module, JsonObject body)
    {
        // keyId and algo are read by nobody: there is one key and one algorithm.
        var digest = HMACSHA256.HashData(module.Key, Base64(body, "data"));
        return new HttpReply(200, new JsonObject { ["digest"] = Convert.ToBase64String(digest) });
    }

    private static JsonNode Describe((string ModuleId, string Status) module) => new JsonObject
    {
        ["id"] = module.ModuleId,
        ["name"] = module.ModuleId.TrimStart('$'),
        ["type"] = "docker",
        ["config"] = new JsonObject { ["settings"] = new JsonObject(), ["env"] = new JsonArray() },
        ["status"] = new JsonObject { ["runtimeStatus"] = new JsonObject { ["status"] = module.Status } },
    };

    private static JsonObject BodyOf(HttpRequest request) =>
        HubJson.TryParseObject(request.Body.Span, out var body, out var fault) ? body : throw new HttpFaultException(400, $"The body is no JSON object: {fault}");

    private static string Text(JsonObject body, string name) =>
        body[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : throw new HttpFaultException(400, $"{name} is missing or no string.");

    private static byte[] Base64(JsonObject body, string name)
    {
        try
        {
            return Convert.FromBase64String(Text(body, name));
        }
        catch (FormatException)
        {
            throw new HttpFaultException(400, $"{name} is not base64.");
        }
    }

    private static DateTimeOffset? Expiration(JsonObject body)
    {
        if (body["expiration"] is null)
        {
            return null;
        }

        return DateTimeOffset.TryParse(Text(body, "expiration"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var read)
            ? read
            : throw new HttpFaultException(400, "expiration is no ISO 8601 time.");
    }

    private ModuleIdentity Require(string name, string? generation, int? process)
    {
        if (_identities.Find(name) is not { } module || (generation is not null && module.GenerationId != generation))
        {
            throw new HttpFaultException(404, $"There is no module {name}{(generation is null ? "" : $" of generation {generation}")}.");
        }

        return process is not { } caller || _processes.Owns(name, caller) ? module : throw new HttpFaultException(403, $"Process {caller} is not module {name}.");
    }

    private HttpReply IssueServer(ModuleIdentity module, JsonObject body)
    {
        var name = Text(body, "commonName");
        return name.Length is > 0 and <= 253
            ? Issued(() => _authority.IssueServer(name, module.ModuleId, Expiration(body)))
            : throw new HttpFaultException(400, "commonName must have 1 to 253 characters.");
    }

    private HttpReply IssueIdentity(ModuleIdentity module, HttpRequest request) =>
        Issued(() => _authority.IssueIdentity(module.Id, _hubHost, request.Body.IsEmpty ? null : Expiration(BodyOf(request))));

    private static HttpReply Issued(Func<IssuedCertificate> issue)
    {
        try
        {
            return new HttpReply(201, issue().ToJson());
        }
        catch (ArgumentException e)
        {
            throw new HttpFaultException(400, e.Message);
        }
    }

    private HttpReply Encrypt(ModuleIdentity module, JsonObject body) => new(200, new JsonObject
    {
        ["ciphertext"] = Convert.ToBase64String(_secrets.Encrypt(module, Base64(body, "plaintext"), Base64(body, "initializationVector"))),
    });

    private HttpReply Decrypt(ModuleIdentity module, JsonObject body)
    {
        try
        {
            return new HttpReply(200, new JsonObject
            {
                ["plaintext"] = Convert.ToBase64String(_secrets.Decrypt(module, Base64(body, "ciphertext"), Base64(body, "initializationVector"))),
            });
        }
        catch (CryptographicException)
        {
            throw new HttpFaultException(400, "The ciphertext was not made for this module with this initializationVector.");
        }
    }
}
