using System.Net;

namespace MtlSplit.IoT.EdgeModule.Workload;

/// <summary>The workload API did not do what it was asked to. The message names the address, the call and the reason.</summary>
public sealed class WorkloadException : Exception
{
    /// <summary>Makes one.</summary>
    /// <param name="message">What was asked of whom, and what came of it.</param>
    /// <param name="status">The answer's HTTP status; null: there was no usable answer.</param>
    /// <param name="inner">Where it came from.</param>
    public WorkloadException(string message, HttpStatusCode? status, Exception? inner = null)
        : base(message, inner) => Status = status;

    /// <summary>
    /// The answer's HTTP status, 404 for a module or generation that it does not know, 403 for a process that is not the module's; null
    /// where it could not be reached, did not answer in time, or answered with something else than the API.
    /// </summary>
    public HttpStatusCode? Status { get; }

    /// <summary>Trying again may help: it could not be reached, or failed by itself (5xx).</summary>
    public bool IsTransient { get; internal init; }
}
