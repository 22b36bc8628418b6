using System.ComponentModel.DataAnnotations;
using System.Net;
using MtlSplit.IoT.Broker;
using MtlSplit.IoT.Hosting.Settings;

namespace MtlSplit.IoT.Cli.Brokers;

/// <summary>Settings of the broker's process. Section <c>Broker</c>. What each one means: <see cref="BrokerOptions"/>.</summary>
public sealed class BrokerSettings
{
    /// <summary>The section's name.</summary>
    public const string Section = "Broker";

    /// <summary>Which broker.</summary>
    public BrokerEngine Engine { get; set; }

    /// <summary>The address to listen on.</summary>
    [Required]
    public string Address { get; set; } = "127.0.0.1";

    /// <summary>The TCP port; 0: a free one.</summary>
    [Range(0, 65535)]
    public int Port { get; set; } = 1883;

    /// <summary>A file that gets HOST:PORT when the broker listens; null: none.</summary>
    public string? AddressFile { get; set; }

    /// <summary>The server's certificate with its chain, PEM; null: no TLS.</summary>
    public string? CertificateFile { get; set; }

    /// <summary>The server's private key, PEM.</summary>
    public string? KeyFile { get; set; }

    /// <summary>The authority of vehicles' certificates, PEM; null: no client certificates.</summary>
    public string? ClientAuthorityFile { get; set; }

    /// <summary>Refuse clients without a certificate.</summary>
    public bool RequireClientCertificate { get; set; }

    /// <summary>Who may connect with a password.</summary>
    public IList<BrokerUserSettings> Users { get; } = [];

    /// <summary>Bytes that one shared group may keep.</summary>
    [Range(typeof(long), "1024", "1000000000000000")]
    public long GroupMaxBytes { get; set; } = new BrokerOptions().GroupMaxBytes;

    /// <summary>The longest that a message waits in a shared group.</summary>
    [DurationRange("00:00:01", "7.00:00:00")]
    public TimeSpan GroupMaxAge { get; set; } = new BrokerOptions().GroupMaxAge;

    /// <summary>The longest that a group's member may hold a message.</summary>
    [DurationRange("00:00:01", "01:00:00")]
    public TimeSpan HoldLimit { get; set; } = new BrokerOptions().HoldLimit;

    /// <summary>Bytes that the broker keeps in all.</summary>
    [Range(typeof(long), "1024", "1000000000000000")]
    public long TotalMaxBytes { get; set; } = new BrokerOptions().TotalMaxBytes;

    /// <summary>The broker's options.</summary>
    /// <exception cref="BrokerOptionsException">An option cannot be; names it.</exception>
    public BrokerOptions ToOptions()
    {
        if (!IPAddress.TryParse(Address, out var address))
        {
            throw new BrokerOptionsException(nameof(Address), $"'{Address}' is not an IP address");
        }

        if (CertificateFile is null != KeyFile is null)
        {
            throw new BrokerOptionsException(CertificateFile is null ? "CertificateFile (--certificate)" : "KeyFile (--key)", "is needed: TLS takes a certificate and its key");
        }

        return new BrokerOptions
        {
            Address = address,
            Port = Port,
            Tls = CertificateFile is null ? null : new BrokerTlsOptions
            {
                CertificateFile = CertificateFile,
                KeyFile = KeyFile!,
                ClientAuthorityFile = ClientAuthorityFile,
                RequireClientCertificate = RequireClientCertificate,
            },
            Credentials = [.. Users.Select(user => new BrokerCredential(user.Name, user.Password, user.Role, user.Fleet))],
            GroupMaxBytes = GroupMaxBytes,
            GroupMaxAge = GroupMaxAge,
            HoldLimit = HoldLimit,
            TotalMaxBytes = TotalMaxBytes,
        };
    }
}
