using MtlSplit.IoT.Contracts.Topics;

namespace MtlSplit.IoT.Registry.Announcing;

/// <summary>Somebody who is told over HTTP.</summary>
public sealed class WebhookSettings
{
    private const int ShortestSecret = 16;

    /// <summary>A name for messages and for the folder in which events wait.</summary>
    public string Name { get; set; } = "";

    /// <summary>Where events are posted.</summary>
    public Uri? Url { get; set; }

    /// <summary>What both sides know: the key of the signature. Best set by <c>MTLSPLIT_Registry__Webhooks__0__Secret</c>.</summary>
    public string Secret { get; set; } = "";

    /// <summary>How long one attempt may take.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>What is wrong, by setting; none: nothing.</summary>
    internal IEnumerable<string> Faults()
    {
        if (!BusName.IsValid(Name) || Name == EventQueue.Bus)
        {
            yield return $"Name: '{Name}' is no name for a webhook: 1 to 64 of A-Z, a-z, 0-9, '.', '_' and '-', and not '{EventQueue.Bus}'.";
        }

        if (Url is not { IsAbsoluteUri: true, Scheme: "http" or "https" })
        {
            yield return $"Url: '{Url}' is no address of a web server.";
        }

        if (Secret.Length < ShortestSecret)
        {
            yield return $"Secret: it has {Secret.Length} characters; {ShortestSecret} are the fewest.";
        }

        if (Timeout < TimeSpan.FromMilliseconds(100) || Timeout > TimeSpan.FromMinutes(1))
        {
            yield return $"Timeout: {Timeout} is not between 0.1 s and 1 min.";
        }
    }
}
