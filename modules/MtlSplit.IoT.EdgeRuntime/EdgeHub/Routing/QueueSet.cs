using System.Text.Json.Nodes;
using MtlSplit.IoT.EdgeRuntime.Files;
using MtlSplit.IoT.HubProtocol.Messages;
using MtlSplit.IoT.HubProtocol.Routes;
using MtlSplit.IoT.Storage.Files;

namespace MtlSplit.IoT.EdgeRuntime.EdgeHub.Routing;

/// <summary>The queues of all endpoints, found again after a restart; one that is new is told of. Thread-safe.</summary>
internal sealed class QueueSet : IDisposable
{
    private const string SinkFile = "endpoint.json";

    private readonly Dictionary<RouteSink, EndpointQueue> _queues = [];
    private readonly Lock _gate = new();
    private readonly string _root;
    private readonly Func<long> _maxBytes;
    private readonly TimeProvider _time;
    private readonly Action<EndpointQueue> _opened;

    /// <summary>Opens the queues that are on disk.</summary>
    public QueueSet(string root, Func<long> maxBytes, TimeProvider time, Action<EndpointQueue> opened)
    {
        (_root, _maxBytes, _time, _opened) = (root, maxBytes, time, opened);
        foreach (var folder in Directory.GetDirectories(root))
        {
            if (AtomicFile.Read(DiskFileSystem.Instance, Path.Combine(folder, SinkFile)) is { } content && HubJson.TryParseObject(content, out var json, out _))
            {
                Open(json["module"] is { } module ? RouteSink.ModuleInput(module.GetValue<string>(), json["input"]!.GetValue<string>()) : RouteSink.Upstream);
            }
        }
    }

    public IReadOnlyList<EndpointQueue> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _queues.Values];
            }
        }
    }

    /// <summary>The endpoint's queue, made where it is missing.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    public EndpointQueue Of(RouteSink sink)
    {
        lock (_gate)
        {
            return _queues.TryGetValue(sink, out var queue) ? queue : Open(sink);
        }
    }

    public void Dispose()
    {
        foreach (var queue in All)
        {
            queue.Dispose();
        }
    }

    private EndpointQueue Open(RouteSink sink)
    {
        var name = sink.IsUpstream ? "upstream" : $"{EdgeFolder.NameOf(sink.ModuleId)}+{EdgeFolder.NameOf(sink.Input)}";
        var folder = Path.Combine(_root, name);
        if (!File.Exists(Path.Combine(folder, SinkFile)))
        {
            Directory.CreateDirectory(folder);
            AtomicFile.Replace(DiskFileSystem.Instance, Path.Combine(folder, SinkFile), HubJson.ToUtf8(new JsonObject { ["module"] = sink.ModuleId, ["input"] = sink.Input }));
        }

        var queue = new EndpointQueue(sink, folder, _maxBytes(), _time, EdgeHubMetrics.Drop);
        _queues[sink] = queue;
        _opened(queue);
        return queue;
    }
}
