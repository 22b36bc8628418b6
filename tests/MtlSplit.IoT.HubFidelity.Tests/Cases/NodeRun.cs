using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using MtlSplit.IoT.Testing.Certificates;
using MtlSplit.IoT.Testing.Processes;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.HubFidelity.Tests.Cases;

/// <summary>The hub as it ships, and one run of all cases against it; each case's outcome can be waited for.</summary>
public abstract class NodeRun : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    // Where the build puts it: the tests' own folder lacks what the hub has from its shared framework.
    private static readonly string EdgeRuntime = Path.GetFullPath(Path.Combine(
        AppContext.BaseDirectory, "..", "..", "MtlSplit.IoT.EdgeRuntime", Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)), "MtlSplit.IoT.EdgeRuntime"));

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mtlsplit-fidelity-");
    private readonly ConcurrentDictionary<string, TaskCompletionSource<string?>> _outcomes = new(StringComparer.Ordinal);
    private readonly StringBuilder _errors = new();
    private readonly TestCertificates _trusted = new("x509-trusted");
    private readonly TestCertificates _stranger = new("x509-stranger");
    private ProgramUnderTest? _hub;
    private Process? _node;

    /// <summary>Whether the packages find the hub by themselves, where they look for any hub of Azure's.</summary>
    protected abstract bool StandardPorts { get; }

    /// <summary>The address at which an edge device listens on the standard ports; null: on free ones.</summary>
    protected virtual string? EdgeAddress => null;

    /// <summary>Flags that say where the hub listens.</summary>
    protected abstract IReadOnlyList<string> Place { get; }

    public async ValueTask InitializeAsync()
    {
        if (WhyNot() is not null)
        {
            return;
        }

        var ready = Path.Combine(_folder.FullName, "ready.json");
        _hub = ProgramUnderTest.Start(
            "MtlSplit.IoT.DevHub", ["hub", "--data", Path.Combine(_folder.FullName, "hub"), "--ready-file", ready, "--device-authority", _trusted.AuthorityFile, .. Place]);
        await Expect.UntilAsync(() => File.Exists(ready), $"the hub listens; it said: {_hub.Log}");
        var at = JsonNode.Parse(await File.ReadAllTextAsync(ready))!.AsObject();
        at["certificates"] = new JsonObject { ["trusted"] = Describe(_trusted, "x509-trusted"), ["stranger"] = Describe(_stranger, "x509-stranger") };
        at["standardPorts"] = StandardPorts;
        at["edgeRuntime"] = EdgeRuntime;
        at["edgeAddress"] = EdgeAddress;
        at["endsWithInput"] = true;
        var file = Path.Combine(_folder.FullName, "at.json");
        await File.WriteAllTextAsync(file, at.ToJsonString());
        var start = new ProcessStartInfo("node", [Path.Combine(CaseFiles.Folder, "run.mjs"), file])
        {
            WorkingDirectory = CaseFiles.Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (StandardPorts)
        {
            start.Environment["NODE_EXTRA_CA_CERTS"] = at["authority"]!.GetValue<string>();
        }

        _node = Process.Start(start)!;
        _node.OutputDataReceived += Read;
        _node.ErrorDataReceived += (_, line) => Keep(line.Data);
        _node.EnableRaisingEvents = true;
        _node.BeginOutputReadLine();
        _node.BeginErrorReadLine();
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_node is not null)
        {
            // It has an edge device to stop, with modules and a folder, also where not all cases were waited for.
            _node.StandardInput.Close();
            try
            {
                await Expect.WithinAsync(_node.WaitForExitAsync(), "Node.js ends with its input", TimeSpan.FromSeconds(30));
            }
            catch (TimeoutException)
            {
                // The hub is still to be stopped.
                _node.Kill();
            }

            _node.Dispose();
        }

        if (_hub is not null)
        {
            await _hub.DisposeAsync();
        }

        _trusted.Dispose();
        _stranger.Dispose();
        _folder.Delete(recursive: true);
    }

    /// <summary>What went wrong in a case; null: nothing.</summary>
    internal async Task<string?> OutcomeAsync(string name)
    {
        if (WhyNot() is { } reason)
        {
            Assert.Skip(reason);
        }

        var outcome = OutcomeOf(name);
        var exit = _node!.WaitForExitAsync();
        // WaitForExitAsync ends after the last line was read.
        if (await Expect.WithinAsync(Task.WhenAny(outcome, exit), $"the case '{name}' ends", Patience) == exit && !outcome.IsCompleted)
        {
            lock (_errors)
            {
                return $"Node.js ended with {_node.ExitCode} before this case did.{Environment.NewLine}{_errors}";
            }
        }

        return await outcome;
    }

    /// <summary>Why there can be no run; null: there is one.</summary>
    protected virtual string? WhyNot() => CaseFiles.HavePackages ? null : "Microsoft's Node packages are not installed: .ci/install";

    private static JsonObject Describe(TestCertificates certificates, string name)
    {
        using var certificate = System.Security.Cryptography.X509Certificates.X509CertificateLoader.LoadCertificateFromFile(certificates.ClientFile);
        return new JsonObject
        {
            ["name"] = name,
            ["certificate"] = certificates.ClientFile,
            ["key"] = certificates.ClientKeyFile,
            ["authority"] = certificates.AuthorityFile,
            ["thumbprint"] = certificate.Thumbprint,
        };
    }

    private Task<string?> OutcomeOf(string name) => Source(name).Task;

    private TaskCompletionSource<string?> Source(string name) => _outcomes.GetOrAdd(name, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));

    private void Read(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is null)
        {
            return;
        }

        try
        {
            var outcome = JsonNode.Parse(line.Data)!.AsObject();
            Source(outcome["name"]!.GetValue<string>()).TrySetResult(outcome["fault"]?.GetValue<string>());
        }
        catch (Exception e) when (e is System.Text.Json.JsonException or InvalidOperationException or NullReferenceException)
        {
            // A package that prints.
            Keep(line.Data);
        }
    }

    private void Keep(string? line)
    {
        if (line is not null)
        {
            lock (_errors)
            {
                _errors.AppendLine(line);
            }
        }
    }
}
