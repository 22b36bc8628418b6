using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using MtlSplit.IoT.Broker.Mosquitto;
using Xunit;

namespace MtlSplit.IoT.Testing.Brokers;

/// <summary>Debian's Mosquitto with the committed configuration.</summary>
public sealed class MosquittoBroker : IBrokerUnderTest
{
    private readonly MosquittoProcess _process;

    private MosquittoBroker(MosquittoProcess process) => _process = process;

    public string Name => "Mosquitto";

    public string Host => _process.Host;

    public int Port => _process.Port;

    public bool KeepsSessionsAcrossRestart => true;

    /// <summary>Processor time that its process, which has one thread, has taken so far.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            using var process = Process.GetProcessById(_process.ProcessId);
            return process.TotalProcessorTime;
        }
    }

    /// <summary>Starts one, or skips the test when it is not installed.</summary>
    public static async Task<MosquittoBroker> StartAsync(CancellationToken ct, MosquittoOptions? options = null)
    {
        Assert.SkipWhen(MosquittoProcess.FindExecutable() is null, "Mosquitto is not installed: apt-get install mosquitto");
        return new MosquittoBroker(await MosquittoProcess.StartAsync(options ?? new MosquittoOptions(), TimeProvider.System, ct));
    }

    /// <summary>Starts one that lets in only whom it should, or skips the test when it is not installed.</summary>
    public static Task<MosquittoBroker> StartAsync(BrokerSecurity security, CancellationToken ct) => StartAsync(ct, OptionsFor(security));

    /// <summary>The settings and files of one that lets in only whom it should.</summary>
    public static MosquittoOptions OptionsFor(BrokerSecurity security)
    {
        List<KeyValuePair<string, string>> settings = [new("allow_anonymous", "false")];
        var files = new Dictionary<string, string>();
        if (security.User is not null)
        {
            files.Add("passwords", PasswordLine(security.User, security.Password!));
            settings.Add(new("password_file", "{folder}/passwords"));
        }

        if (security.Certificates is { } certificates)
        {
            settings.AddRange([
                new("cafile", certificates.AuthorityFile),
                new("certfile", certificates.ServerFile),
                new("keyfile", certificates.ServerKeyFile),
                new("require_certificate", "true"),
                new("use_identity_as_username", "true"),
            ]);
        }

        return new MosquittoOptions { Overrides = settings, Files = files };
    }

    public Task RestartAsync(CancellationToken ct) => _process.RestartAsync(ct);

    public Task StopAsync(CancellationToken ct) => _process.StopAsync(ct);

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    /// <summary>A line of a Mosquitto 2 password file: user:$7$rounds$salt$PBKDF2-SHA512.</summary>
    private static string PasswordLine(string user, string password)
    {
        const int Rounds = 101;
        var salt = RandomNumberGenerator.GetBytes(12);
        var hash = Rfc2898DeriveBytes.Pbkdf2(password, salt, Rounds, HashAlgorithmName.SHA512, 64);
        return string.Create(CultureInfo.InvariantCulture, $"{user}:$7${Rounds}${Convert.ToBase64String(salt)}${Convert.ToBase64String(hash)}\n");
    }
}
