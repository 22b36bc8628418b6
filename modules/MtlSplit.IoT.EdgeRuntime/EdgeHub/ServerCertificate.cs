using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using MtlSplit.IoT.EdgeRuntime.Workload;

namespace MtlSplit.IoT.EdgeRuntime.EdgeHub;

/// <summary>edgeHub's certificate, made anew when a third of its time is left. Thread-safe. Those shown before stay good for their connections.</summary>
internal sealed class ServerCertificate(DeviceAuthority authority, string hostName, TimeProvider time)
{
    private readonly Lock _gate = new();
    private SslStreamCertificateContext? _context;
    private DateTimeOffset _renewAt;

    public SslStreamCertificateContext Current()
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            if (_context is null || now >= _renewAt)
            {
                var issued = authority.IssueServer(hostName, "$edgeHub", null, "localhost", "127.0.0.1");
                var certificate = X509Certificate2.CreateFromPem(issued.ChainPem, issued.KeyPem);
                _context = SslStreamCertificateContext.Create(certificate, [authority.Certificate], offline: true);
                _renewAt = now + ((issued.Expires - now) * 2 / 3);
            }

            return _context;
        }
    }
}
