using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using MtlSplit.IoT.Backbone.Updating.Storing;
using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Storage.Files;

namespace MtlSplit.IoT.Backbone.Updating.Downloading;

/// <summary>
/// Fetches an archive into a file, from a path or over HTTP. Over HTTP it goes on where it broke off, also after a restart, if the server still
/// has the same thing: <c>Range</c> with <c>If-Range</c>. Nothing that comes is trusted, and no more than allowed is ever written. One
/// download at a time.
/// </summary>
internal sealed class BundleDownload : IDisposable
{
    private const int Piece = 64 * 1024;

    private readonly IFileSystem _files;
    private readonly DownloadOptions _options;
    private readonly TimeProvider _time;
    private readonly Random _jitter;
    private readonly ILogger _log;
    private readonly HttpClient _http;

    /// <summary>Makes one; nothing is connected yet.</summary>
    /// <param name="files">Where parts go.</param>
    /// <param name="options">Limits and pauses.</param>
    /// <param name="time">The clock.</param>
    /// <param name="jitter">Spreads the pauses.</param>
    /// <param name="log">Told of every attempt that failed.</param>
    public BundleDownload(IFileSystem files, DownloadOptions options, TimeProvider time, Random jitter, ILogger log)
    {
        (_files, _options, _time, _jitter, _log) = (files, options, time, jitter, log);
        var handler = new SocketsHttpHandler
        {
            ConnectTimeout = options.ConnectTimeout,
            AutomaticDecompression = DecompressionMethods.None,
            MaxAutomaticRedirections = 5,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
        };
        if (options.Authorities is { } authorities)
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.AddRange(authorities);
            handler.SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy };
        }

        // Time limits are below, where bytes arrive.
        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Fetches all of it.</summary>
    /// <param name="what">What, and from where.</param>
    /// <param name="part">The file that it goes to; a part of it may be there from before.</param>
    /// <param name="progress">Told how many bytes are there and how many there will be, if known.</param>
    /// <param name="cancellation">Stops; what has come is kept.</param>
    /// <returns>Whether it was put together in more than one go, so that a fault in it may lie in between.</returns>
    /// <exception cref="BundleException"><see cref="BundleFault.DownloadFailed"/> or <see cref="BundleFault.TooLarge"/>.</exception>
    /// <exception cref="IOException">The disk does not take it.</exception>
    public async Task<bool> RunAsync(BundleReference what, string part, Action<long, long?> progress, CancellationToken cancellation)
    {
        if (what.File is { } file)
        {
            Copy(what, file, part, progress, cancellation);
            return false;
        }

        using var limit = new CancellationTokenSource(_options.TotalTimeout, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        var goes = Length(part) > 0 ? 1 : 0;
        try
        {
            while (true)
            {
                var before = Length(part);
                var pipeline = DownloadPipeline.Build(_options, _time, _jitter, (reason, pause) => Log.DownloadBroke(_log, what.Source, Length(part), reason?.Message ?? "", pause));
                try
                {
                    await pipeline.ExecuteAsync(
                        async ct =>
                        {
                            goes++;
                            await FetchAsync(what, part, progress, ct);
                        },
                        both.Token);
                    return goes > 1;
                }
                catch (DownloadBrokeException) when (Length(part) > before)
                {
                    // A link that comes and goes still gets there; only attempts that bring nothing are counted.
                }
            }
        }
        catch (DownloadBrokeException e)
        {
            throw new BundleException(BundleFault.DownloadFailed, what.Source, $"given up after {_options.FruitlessAttempts} attempts that brought nothing: {e.Message}", e);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw new BundleException(BundleFault.DownloadFailed, what.Source, $"it took longer than {_options.TotalTimeout}");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static bool IsTemporary(HttpStatusCode status) => status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests || (int)status >= 500;

    private void Copy(BundleReference what, string file, string part, Action<long, long?> progress, CancellationToken cancellation)
    {
        FileStream source;
        try
        {
            source = File.OpenRead(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BundleException(BundleFault.DownloadFailed, what.Source, e.Message, e);
        }

        using (source)
        {
            Check(what, source.Length);
            using var target = _files.Open(part, FileOpening.Create);
            var buffer = new byte[Piece];
            for (var at = 0L; ;)
            {
                cancellation.ThrowIfCancellationRequested();
                var count = source.Read(buffer);
                if (count == 0)
                {
                    break;
                }

                Check(what, at + count);
                target.Write(buffer.AsSpan(0, count), at);
                at += count;
                progress(at, source.Length);
            }
        }
    }

    private async Task FetchAsync(BundleReference what, string part, Action<long, long?> progress, CancellationToken cancellation)
    {
        using var stall = new CancellationTokenSource(_options.StallTimeout, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellation, stall.Token);
        try
        {
            var (mark, at) = Resume(what, part);
            using var request = new HttpRequestMessage(HttpMethod.Get, what.Uri);
            if (mark is not null)
            {
                request.Headers.Range = new RangeHeaderValue(at, null);
                request.Headers.IfRange = mark.Condition;
            }

            if (_options.Authorise is { } authorise)
            {
                await AuthoriseAsync(authorise, request, both.Token);
            }

            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, both.Token);
            var (from, total) = Judge(what, part, response, mark, at);
            using var target = _files.Open(part, from == 0 ? FileOpening.Create : FileOpening.OpenOrCreate);
            if (from == 0)
            {
                Begin(what, part, target, response);
            }

            await using var body = await response.Content.ReadAsStreamAsync(both.Token);
            await ReceiveAsync(what, body, target, from, total, progress, stall, both.Token);
        }
        catch (HttpRequestException e)
        {
            throw new DownloadBrokeException(e.Message, null, e);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new DownloadBrokeException(stall.IsCancellationRequested ? $"nothing came for {_options.StallTimeout.TotalSeconds} s" : "the server does not answer", null, e);
        }
    }

    private static async ValueTask AuthoriseAsync(Func<HttpRequestMessage, CancellationToken, ValueTask> authorise, HttpRequestMessage request, CancellationToken cancellation)
    {
        try
        {
            await authorise(request, cancellation);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new DownloadBrokeException($"there is no leave to fetch it: {e.Message}", null, e);
        }
    }

    /// <summary>Where to go on, if there is something to go on with.</summary>
    private (DownloadMark? Mark, long At) Resume(BundleReference what, string part)
    {
        var at = Length(part);
        if (at == 0 || AtomicFile.Read(_files, BundleStore.MarkOf(part)) is not { } json)
        {
            return (null, 0);
        }

        try
        {
            var mark = JsonSerializer.Deserialize(json, DownloadJson.Default.DownloadMark);
            // A part that is whole already is asked for from its last byte on: every server can answer that.
            return mark is { Condition: not null } && mark.Source == what.Source && !(at > mark.Total) ? (mark, at == mark.Total ? at - 1 : at) : (null, 0);
        }
        catch (JsonException)
        {
            return (null, 0);
        }
    }

    /// <summary>Where what the server sends belongs, and how much there is in all.</summary>
    private (long From, long? Total) Judge(BundleReference what, string part, HttpResponseMessage response, DownloadMark? mark, long at)
    {
        switch (response.StatusCode)
        {
            case HttpStatusCode.OK:
                Check(what, response.Content.Headers.ContentLength ?? 0);
                return (0, response.Content.Headers.ContentLength);

            case HttpStatusCode.PartialContent when mark is not null:
                var range = response.Content.Headers.ContentRange;
                if (range?.Unit == "bytes" && range.From == at && (mark.Total is null || range.Length is null || range.Length == mark.Total))
                {
                    Check(what, range.Length ?? at);
                    return (at, range.Length ?? mark.Total);
                }

                break;

            case HttpStatusCode.RequestedRangeNotSatisfiable:
                break;

            default:
                var message = $"the server answers {(int)response.StatusCode} {response.ReasonPhrase}";
                if (!IsTemporary(response.StatusCode))
                {
                    throw new BundleException(BundleFault.DownloadFailed, what.Source, message);
                }

                var after = response.Headers.RetryAfter;
                throw new DownloadBrokeException(message, after?.Delta ?? after?.Date - _time.GetUtcNow());
        }

        // It is not what was asked for; without its mark the next attempt asks for all.
        _files.DeleteFile(BundleStore.MarkOf(part));
        throw new DownloadBrokeException("the server answers with another range than was asked for", TimeSpan.Zero);
    }

    /// <summary>
    /// The file is empty on disk before its new mark is there, and the mark is there before the first byte: no mark is ever found beside
    /// bytes of another thing.
    /// </summary>
    private void Begin(BundleReference what, string part, IFile target, HttpResponseMessage response)
    {
        target.Sync();
        var tag = response.Headers.ETag;
        var mark = new DownloadMark(
            what.Source, tag is { IsWeak: false } ? tag.Tag : null, response.Content.Headers.LastModified, response.Content.Headers.ContentLength);
        AtomicFile.Replace(_files, BundleStore.MarkOf(part), JsonSerializer.SerializeToUtf8Bytes(mark, DownloadJson.Default.DownloadMark));
    }

    private async Task ReceiveAsync(BundleReference what, Stream body, IFile target, long at, long? total, Action<long, long?> progress, CancellationTokenSource stall, CancellationToken cancellation)
    {
        var buffer = new byte[Piece];
        for (var unsynced = 0; ;)
        {
            int count;
            try
            {
                stall.CancelAfter(_options.StallTimeout);
                count = await body.ReadAsync(buffer, cancellation);
            }
            catch (IOException e)
            {
                throw new DownloadBrokeException(e.Message, null, e);
            }

            if (count == 0)
            {
                break;
            }

            Check(what, at + count);
            target.Write(buffer.AsSpan(0, count), at);
            (at, unsynced) = (at + count, unsynced + count);
            if (unsynced >= _options.SyncBytes)
            {
                target.Sync();
                unsynced = 0;
            }

            progress(at, total);
        }

        target.SetLength(at);
        if (at < total)
        {
            throw new DownloadBrokeException($"the connection ended {total - at} bytes too early", null);
        }
    }

    private void Check(BundleReference what, long bytes)
    {
        if (bytes > _options.MaxBytes)
        {
            throw new BundleException(BundleFault.TooLarge, what.Source, $"it has {bytes} bytes or more; {_options.MaxBytes} are the most");
        }
    }

    private long Length(string part)
    {
        if (!_files.FileExists(part))
        {
            return 0;
        }

        using var file = _files.Open(part, FileOpening.Read);
        return file.Length;
    }
}
