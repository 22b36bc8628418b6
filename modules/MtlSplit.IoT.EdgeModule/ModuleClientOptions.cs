using MtlSplit.IoT.HubProtocol.Messages;

namespace MtlSplit.IoT.EdgeModule;

/// <summary>Settings of a module client. Read once, when the client is made.</summary>
public sealed class ModuleClientOptions
{
    /// <summary>The hub's port where the host's name gives none; 8883 by default.</summary>
    public int Port { get; set; } = 8883;

    /// <summary>Certificates that may have signed the hub's, PEM; null, as by default: the file in <c>EdgeModuleCACertificateFile</c>, else the workload API's trust bundle where an edge device is dialled, else the machine's own.</summary>
    public string? AuthoritiesPem { get; set; }

    /// <summary>The name that the hub's certificate must carry; null, as by default: the one dialled.</summary>
    public string? ServerName { get; set; }

    /// <summary>The module's certificate, a PEM file, for connection strings with <c>x509=true</c>; null: none. Read at every connect.</summary>
    public string? CertificateFile { get; set; }

    /// <summary>The private key of <see cref="CertificateFile"/>, a PEM file, not encrypted.</summary>
    public string? CertificateKeyFile { get; set; }

    /// <summary>What to add to the client's name in front of the hub; null: nothing.</summary>
    public string? ProductInfo { get; set; }

    /// <summary>How long a token lives, 2 s at least; 1 h by default. It is renewed when 15 % of that are left.</summary>
    public TimeSpan TokenLifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>The longest silence before a ping; 60 s by default. A hub that is silent for half as long again is taken for lost.</summary>
    public TimeSpan KeepAlive { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long one attempt to connect may take, the workload API's part included; 60 s by default.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>The pause before the second attempt to connect; 200 ms by default. It doubles with every failure, with jitter.</summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The longest pause between attempts to connect; 30 s by default.</summary>
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the hub may owe the acknowledgement of a message, or the answer to a subscription, before the connection is made anew; 60 s by default.</summary>
    public TimeSpan AnswerTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a twin request may take with all its attempts; 60 s by default, as in the .NET SDK.</summary>
    public TimeSpan TwinTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long the hub may take to answer one attempt of a twin request; 15 s by default.</summary>
    public TimeSpan TwinAttemptTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>The longest wait for handlers, and for messages in flight, when closing; 5 s by default.</summary>
    public TimeSpan CloseTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Messages in flight at most; 20 by default.</summary>
    public int SendWindow { get; set; } = 20;

    /// <summary>Messages accepted and not yet in flight; 256 by default. When full, sending waits.</summary>
    public int SendQueue { get; set; } = 256;

    /// <summary>Calls and twin messages from the hub that wait to be read; 256 by default. When full, the oldest is dropped and counted; a desired change lost so is fetched again.</summary>
    public int ReceiveQueue { get; set; } = 256;

    /// <summary>Method calls that run at once; 8 by default.</summary>
    public int MethodConcurrency { get; set; } = 8;

    /// <summary>Method calls that wait to run; 64 by default. Further ones are answered 503.</summary>
    public int MethodQueue { get; set; } = 64;

    /// <summary>How often the handler of an input is called for one message before that is dropped, logged and counted; 5 by default.</summary>
    public int InputAttempts { get; set; } = 5;

    /// <summary>How long a message on an input without a handler waits for one; 5 s by default. Others wait behind it.</summary>
    public TimeSpan HandlerPatience { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The largest packet from the hub, in bytes: a message with all that the hub adds.</summary>
    internal static int LargestPacket => 2 * HubMessage.MaxSize;
}
