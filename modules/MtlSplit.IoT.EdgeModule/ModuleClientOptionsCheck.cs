using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MtlSplit.IoT.EdgeModule;

/// <summary>Checks the settings of a module client.</summary>
public static class ModuleClientOptionsCheck
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>What is wrong with the settings, one sentence each, naming the setting; empty if nothing is.</summary>
    /// <param name="options">The settings.</param>
    public static IReadOnlyList<string> FaultsOf(ModuleClientOptions options)
    {
        List<string> faults = [];
        CheckNumber(options.Port, 1, ushort.MaxValue, nameof(options.Port));
        CheckNumber(options.SendWindow, 1, ushort.MaxValue, nameof(options.SendWindow));
        CheckNumber(options.SendQueue, 1, 1 << 20, nameof(options.SendQueue));
        CheckNumber(options.ReceiveQueue, 1, 1 << 20, nameof(options.ReceiveQueue));
        CheckNumber(options.MethodConcurrency, 1, 1024, nameof(options.MethodConcurrency));
        CheckNumber(options.MethodQueue, 0, 1 << 20, nameof(options.MethodQueue));
        CheckNumber(options.InputAttempts, 1, 1 << 20, nameof(options.InputAttempts));
        CheckTime(options.TokenLifetime, TimeSpan.FromSeconds(2), TimeSpan.FromDays(365), nameof(options.TokenLifetime));
        // What a hub accepts as keep-alive.
        CheckTime(options.KeepAlive, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1177), nameof(options.KeepAlive));
        CheckTime(options.ConnectTimeout, TimeSpan.FromMilliseconds(10), Day, nameof(options.ConnectTimeout));
        CheckTime(options.RetryDelay, Tick, Day, nameof(options.RetryDelay));
        CheckTime(options.MaxRetryDelay, options.RetryDelay, Day, nameof(options.MaxRetryDelay));
        CheckTime(options.AnswerTimeout, TimeSpan.FromMilliseconds(10), Day, nameof(options.AnswerTimeout));
        CheckTime(options.TwinTimeout, TimeSpan.FromMilliseconds(10), Day, nameof(options.TwinTimeout));
        CheckTime(options.TwinAttemptTimeout, TimeSpan.FromMilliseconds(10), Day, nameof(options.TwinAttemptTimeout));
        CheckTime(options.CloseTimeout, TimeSpan.Zero, Day, nameof(options.CloseTimeout));
        CheckTime(options.HandlerPatience, TimeSpan.Zero, Day, nameof(options.HandlerPatience));
        Check((options.CertificateFile is null) == (options.CertificateKeyFile is null), "CertificateFile and CertificateKeyFile go together.");
        CheckFile(options.CertificateFile, nameof(options.CertificateFile));
        CheckFile(options.CertificateKeyFile, nameof(options.CertificateKeyFile));
        Check(options.AuthoritiesPem is null || HoldsCertificates(options.AuthoritiesPem), "AuthoritiesPem holds no certificate in PEM.");
        return faults;

        void Check(bool right, string fault)
        {
            if (!right)
            {
                faults.Add(fault);
            }
        }

        void CheckNumber(int value, int least, int most, string name) => Check(value >= least && value <= most, $"{name} {value} is not between {least} and {most}.");

        void CheckTime(TimeSpan value, TimeSpan least, TimeSpan most, string name) => Check(value >= least && value <= most, $"{name} {value} is not between {least} and {most}.");

        void CheckFile(string? file, string name) => Check(file is null || File.Exists(file), $"{name} '{file}' does not exist.");
    }

    /// <summary>Throws if anything is wrong with the settings.</summary>
    /// <param name="options">The settings.</param>
    /// <exception cref="ArgumentException">The message names every fault.</exception>
    public static void Require(ModuleClientOptions options)
    {
        var faults = FaultsOf(options);
        if (faults.Count > 0)
        {
            throw new ArgumentException("Module client settings: " + string.Join(' ', faults), nameof(options));
        }
    }

    private static bool HoldsCertificates(string pem)
    {
        try
        {
            var certificates = new X509Certificate2Collection();
            certificates.ImportFromPem(pem);
            return certificates.Count > 0;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
