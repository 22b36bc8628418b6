namespace MtlSplit.IoT.EdgeRuntime.Serving;

/// <summary>A request that cannot be served; the answer has this status and message.</summary>
internal sealed class HttpFaultException(int status, string message) : Exception(message)
{
    public int Status { get; } = status;
}
