using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Contracts.Heads;
using MtlSplit.IoT.Contracts.Topics;
using MtlSplit.IoT.SampleStore;
using MtlSplit.IoT.SampleStore.LabelFiles;
using MtlSplit.IoT.SampleStore.Labelling;

namespace MtlSplit.IoT.Cli.LabelServing;

/// <summary>
/// <c>POST /labels?source=NAME</c>: the body is a label file, the answer what an import of it did. It is answered when the labels are on disk. One request is
/// worked on at a time, a few wait, and the rest is told to come again.
/// </summary>
internal sealed class LabelEndpoint(LabelServerSettings settings, string dataFolder, string fleet, TimeProvider time, ILogger logger) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private int _inside;

    /// <summary>Answers one request.</summary>
    public async Task AnswerAsync(HttpContext context)
    {
        var ct = context.RequestAborted;
        if (!MayEnter(context.Request))
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            await RefuseAsync(context, StatusCodes.Status401Unauthorized, "The request has no token, or another one.");
            return;
        }

        if (Read(context.Request, out var fault) is not { } options)
        {
            await RefuseAsync(context, fault.Status, fault.Error);
            return;
        }

        try
        {
            if (Interlocked.Increment(ref _inside) > settings.Waiting + 1)
            {
                context.Response.Headers.RetryAfter = "1";
                await RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, "Other requests are waiting already.");
                return;
            }

            await _turn.WaitAsync(ct);
            try
            {
                await ImportAsync(context, options, ct);
            }
            finally
            {
                _turn.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _inside);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private async Task ImportAsync(HttpContext context, LabelImportOptions options, CancellationToken ct)
    {
        var folder = Directory.CreateTempSubdirectory("mtlsplit-labels-");
        try
        {
            options = options with { File = Path.Combine(folder.FullName, "labels") };
            await using (var file = File.Create(options.File))
            {
                await context.Request.Body.CopyToAsync(file, ct);
            }

            var report = await Task.Run(() => LabelImport.Run(options, new HeadStore(dataFolder, options.Fleet, BundleCatalog.Load(settings.Models)), time, ct), ct);
            Log.Imported(logger, options.Source, report.Rows, report.Imported, report.Repeated, report.Refused);

            // Both files are gone when this is answered, and their names say nothing to the client.
            context.Response.StatusCode = report.NothingImported ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK;
            await context.Response.WriteAsJsonAsync(report with { File = "", RefusedFile = null }, LabelAnswerJson.Default.LabelImportReport, cancellationToken: ct);
        }
        catch (BadHttpRequestException e)
        {
            await RefuseAsync(context, e.StatusCode, e.Message);
        }
        catch (SampleStoreException e)
        {
            await RefuseAsync(context, StatusCodes.Status422UnprocessableEntity, e.Message.Replace(options.File, "labels", StringComparison.Ordinal));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or HeadException && !ct.IsCancellationRequested)
        {
            Log.Failed(logger, options.Source, e);
            await RefuseAsync(context, StatusCodes.Status500InternalServerError, "The labels could not be stored.");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private bool MayEnter(HttpRequest request)
    {
        if (settings.Token is not { Length: > 0 } token)
        {
            return true;
        }

        var shown = request.Headers.Authorization.ToString();
        return shown.StartsWith("Bearer ", StringComparison.Ordinal)
            && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(shown[7..])), SHA256.HashData(Encoding.UTF8.GetBytes(token)));
    }

    private LabelImportOptions? Read(HttpRequest request, out (int Status, string Error) fault)
    {
        fault = default;
        LabelFileFormat? format = request.ContentType?.Split(';')[0].Trim().ToLowerInvariant() switch
        {
            "text/csv" => LabelFileFormat.Csv,
            "application/x-ndjson" or "application/jsonl" => LabelFileFormat.JsonLines,
            "application/vnd.apache.parquet" => LabelFileFormat.Parquet,
            _ => null,
        };
        var (source, task) = (request.Query["source"].ToString(), request.Query["task"].ToString());
        var unknown = request.Query.Keys.FirstOrDefault(k => k is not ("source" or "task" or "strict" or "keep-unknown-frames"));
        fault = format is null ? (StatusCodes.Status415UnsupportedMediaType, "The content type is none of text/csv, application/x-ndjson and application/vnd.apache.parquet.")
            : unknown is not null ? (StatusCodes.Status400BadRequest, $"There is no parameter '{unknown}'.")
            : source.Length is 0 or > 256 ? (StatusCodes.Status400BadRequest, "The parameter 'source' is needed: who made the labels, in 1 to 256 characters.")
            : task.Length > 0 && !BusName.IsValid(task) ? (StatusCodes.Status400BadRequest, new BusNameException("task", task).Message)
            : Flag("strict") is null || Flag("keep-unknown-frames") is null ? (StatusCodes.Status400BadRequest, "'strict' and 'keep-unknown-frames' are true or false.")
            : default;
        return fault.Error is not null ? null : new LabelImportOptions
        {
            DataFolder = dataFolder,
            Fleet = fleet,
            Source = source,
            File = "",
            Format = format!.Value,
            Task = task.Length > 0 ? task : null,
            Strict = Flag("strict")!.Value,
            KeepUnknownFrames = Flag("keep-unknown-frames")!.Value,
            // There is no file beside for the client to look into.
            ShownRefusals = 1000,
        };

        bool? Flag(string name) => request.Query[name].ToString() switch { "" or "false" => false, "true" => true, _ => null };
    }

    private static Task RefuseAsync(HttpContext context, int status, string error)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(new LabelRefusal(error), LabelAnswerJson.Default.LabelRefusal);
    }
}
