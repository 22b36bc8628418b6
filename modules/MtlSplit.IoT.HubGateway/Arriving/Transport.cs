using System.Security.Cryptography.X509Certificates;

namespace MtlSplit.IoT.HubGateway.Arriving;

/// <summary>The bytes to and from one client, whatever carries them.</summary>
/// <param name="stream">Carries the bytes; disposed with this.</param>
/// <param name="remote">Where the client is, for the log.</param>
/// <param name="certificate">What the client proved to hold; null = nothing.</param>
/// <param name="finish">Tells the other side that nothing more comes; null where only disposing does.</param>
internal sealed class Transport(Stream stream, string remote, X509Certificate2? certificate, Func<Task>? finish) : IDisposable
{
    public Stream Stream => stream;

    public string Remote => remote;

    public X509Certificate2? Certificate => certificate;

    /// <summary>Tells the other side that nothing more comes, where the transport can. False where it cannot, or is broken.</summary>
    public async Task<bool> TryFinishAsync()
    {
        if (finish is null)
        {
            return false;
        }

        try
        {
            await finish();
            return true;
        }
        catch (Exception e) when (IsBroken(e))
        {
            return false;
        }
    }

    public void Dispose() => stream.Dispose();

    /// <summary>Whether an exception is what a transport throws when the other side goes or the connection is cut.</summary>
    public static bool IsBroken(Exception e) => e is IOException or System.Net.Sockets.SocketException or ObjectDisposedException or InvalidOperationException
        or NotSupportedException or System.Net.WebSockets.WebSocketException or System.Security.Authentication.AuthenticationException;
}
