namespace MtlSplit.IoT.Messaging;

/// <summary>Checks the settings of a connection.</summary>
public static class BusOptionsCheck
{
    /// <summary>What is wrong with the settings, one sentence each, naming the setting; empty if nothing is.</summary>
    /// <param name="options">The settings.</param>
    public static IReadOnlyList<string> FaultsOf(BusOptions options)
    {
        List<string> faults = [];
        Check(options.Host.Length > 0, "Host is empty.");
        Check(options.Port is > 0 and <= ushort.MaxValue, $"Port {options.Port} is not between 1 and 65535.");
        Check(options.ClientId.Length > 0, "ClientId is empty.");
        Check(Enum.IsDefined(options.Protocol), $"Protocol {options.Protocol} is unknown.");
        Check(options.Password is null || options.Username is not null, "Password needs Username.");
        Check(options.PublishWindow is > 0 and <= ushort.MaxValue, $"PublishWindow {options.PublishWindow} is not between 1 and 65535.");
        Check(options.PublishQueue > 0, $"PublishQueue {options.PublishQueue} is not positive.");
        Check(options.ReceiveMaximum is > 0 and <= ushort.MaxValue, $"ReceiveMaximum {options.ReceiveMaximum} is not between 1 and 65535.");
        Check(options.QosZeroQueue > 0, $"QosZeroQueue {options.QosZeroQueue} is not positive.");
        Check(options.MaximumPacketSize is >= 1024 and <= 268_435_455, $"MaximumPacketSize {options.MaximumPacketSize} is not between 1024 and 268435455.");
        Check(options.SessionExpiry >= TimeSpan.Zero, $"SessionExpiry {options.SessionExpiry} is negative.");
        Check(options.KeepAlive >= TimeSpan.Zero && options.KeepAlive.TotalSeconds <= ushort.MaxValue, $"KeepAlive {options.KeepAlive} is not between 0 and 65535 s.");
        Check(options.PublishTimeout > TimeSpan.Zero || options.PublishTimeout == Timeout.InfiniteTimeSpan, $"PublishTimeout {options.PublishTimeout} is not positive.");
        Check(options.Credentials is null || (options.Username is null && options.Password is null), "Credentials take the place of Username and Password.");
        Check(options.AnswerTimeout is null || options.AnswerTimeout > TimeSpan.Zero, $"AnswerTimeout {options.AnswerTimeout} is not positive.");
        CheckRange(options.ConnectTimeout, TimeSpan.FromMilliseconds(10), TimeSpan.FromDays(1), nameof(options.ConnectTimeout));
        CheckRange(options.RequestTimeout, TimeSpan.FromMilliseconds(10), TimeSpan.FromDays(1), nameof(options.RequestTimeout));
        CheckRange(options.RetryDelay, TimeSpan.FromMilliseconds(1), TimeSpan.FromDays(1), nameof(options.RetryDelay));
        CheckRange(options.MaxRetryDelay, options.RetryDelay, TimeSpan.FromDays(1), nameof(options.MaxRetryDelay));
        CheckRange(options.BreakerWindow, TimeSpan.FromMilliseconds(500), TimeSpan.FromDays(1), nameof(options.BreakerWindow));
        CheckRange(options.BreakerPause, TimeSpan.FromMilliseconds(500), TimeSpan.FromDays(1), nameof(options.BreakerPause));
        Check(options.BreakerFailures >= 2, $"BreakerFailures {options.BreakerFailures} is less than 2.");
        if (options.Tls is { } tls)
        {
            Check((tls.ClientCertificateFile is null) == (tls.ClientKeyFile is null), "Tls.ClientCertificateFile and Tls.ClientKeyFile go together.");
            Check((tls.ClientCertificatePem is null) == (tls.ClientKeyPem is null), "Tls.ClientCertificatePem and Tls.ClientKeyPem go together.");
            Check(tls.ClientCertificateFile is null || tls.ClientCertificatePem is null, "Tls.ClientCertificateFile and Tls.ClientCertificatePem exclude each other.");
            Check(tls.CaFile is null || tls.CaPem is null, "Tls.CaFile and Tls.CaPem exclude each other.");
            CheckFile(tls.CaFile, "Tls.CaFile");
            CheckFile(tls.ClientCertificateFile, "Tls.ClientCertificateFile");
            CheckFile(tls.ClientKeyFile, "Tls.ClientKeyFile");
        }

        if (options.Will is { } will)
        {
            var fault = Publishing.PublishPackets.FaultOf(will);
            Check(fault == 0, $"Will on '{will.Topic}' cannot be sent: {BusReasons.NameOf(fault)}.");
            Check(will.Payload.Length <= ushort.MaxValue, $"Will has {will.Payload.Length} bytes; MQTT allows 65535.");
        }

        return faults;

        void Check(bool right, string fault)
        {
            if (!right)
            {
                faults.Add(fault);
            }
        }

        void CheckRange(TimeSpan value, TimeSpan least, TimeSpan most, string name) =>
            Check(value >= least && value <= most, $"{name} {value} is not between {least} and {most}.");

        void CheckFile(string? file, string name) => Check(file is null || File.Exists(file), $"{name} '{file}' does not exist.");
    }

    /// <summary>Throws if anything is wrong with the settings.</summary>
    /// <param name="options">The settings.</param>
    /// <exception cref="ArgumentException">The message names every fault.</exception>
    public static void Require(BusOptions options)
    {
        var faults = FaultsOf(options);
        if (faults.Count > 0)
        {
            throw new ArgumentException("Bus settings: " + string.Join(' ', faults), nameof(options));
        }
    }
}
