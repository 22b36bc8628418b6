using System.Security.Cryptography;
using System.Text;
using MtlSplit.IoT.Mqtt.Packets;

namespace MtlSplit.IoT.Broker.Admission;

/// <summary>Decides who a connecting client is. Immutable, thread-safe.</summary>
internal sealed class Gate
{
    private readonly Dictionary<string, (byte[] Digest, Principal Principal)> _users = new(StringComparer.Ordinal);
    private readonly bool _anonymous;

    public Gate(BrokerOptions options)
    {
        foreach (var credential in options.Credentials)
        {
            _users[credential.UserName] = (Digest(Encoding.UTF8.GetBytes(credential.Password)), new Principal(credential.UserName, credential.Role, credential.Fleet));
        }

        _anonymous = options.AllowAnonymous || (_users.Count == 0 && options.Tls?.ClientAuthorityFile is null);
    }

    /// <summary>Who the client is, or null where it may not come in. A certificate, already verified, says more than a password.</summary>
    public Principal? Admit(ConnectPacket connect, Principal? certified)
    {
        if (certified is not null)
        {
            return certified;
        }

        if (connect.UserName is not null && _users.Count > 0)
        {
            var known = _users.TryGetValue(connect.UserName, out var user);
            var matches = CryptographicOperations.FixedTimeEquals(Digest(connect.Password ?? []), known ? user.Digest : new byte[SHA256.HashSizeInBytes]);
            return known && matches ? user.Principal : null;
        }

        return _anonymous ? Principal.Anonymous : null;
    }

    private static byte[] Digest(byte[] password) => SHA256.HashData(password);
}
