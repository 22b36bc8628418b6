using System.ComponentModel.DataAnnotations;
using System.Net;

namespace MtlSplit.IoT.Cli.LabelServing;

/// <summary>Settings of the endpoint that takes labels over HTTP. Section <c>Labels</c>.</summary>
public sealed class LabelServerSettings : IValidatableObject
{
    /// <summary>The section's name.</summary>
    public const string Section = "Labels";

    /// <summary>Address and port to listen on; port 0: a free one. Null: no endpoint.</summary>
    public string? Http { get; set; }

    /// <summary>What clients show as <c>Authorization: Bearer</c>; null: nothing, which only loopback allows.</summary>
    public string? Token { get; set; }

    /// <summary>The server's certificate with its chain, PEM; null: no TLS, which only loopback allows.</summary>
    public string? CertificateFile { get; set; }

    /// <summary>Its private key, PEM.</summary>
    public string? KeyFile { get; set; }

    /// <summary>The folder of bundles, whose heads say which tasks and classes there are.</summary>
    [Required]
    public string Models { get; set; } = "models";

    /// <summary>Bytes of one request.</summary>
    [Range(typeof(long), "1024", "1000000000")]
    public long MaxRequestBytes { get; set; } = 64L << 20;

    /// <summary>Requests that may wait for the one under way; then 503.</summary>
    [Range(0, 1000)]
    public int Waiting { get; set; } = 8;

    /// <summary>Where to listen.</summary>
    public IPEndPoint? Endpoint => Http is not null && IPEndPoint.TryParse(Http, out var endpoint) && Http.Contains(':', StringComparison.Ordinal) ? endpoint : null;

    // Faults begin as those of attributes do, by type and name; the path of the setting takes their place.

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Http is null)
        {
            yield break;
        }

        if (Endpoint is null)
        {
            yield return new ValidationResult($"{nameof(LabelServerSettings)}.{nameof(Http)} '{Http}' is not ADDRESS:PORT, such as 127.0.0.1:8088", [nameof(Http)]);
        }
        else if (!IPAddress.IsLoopback(Endpoint.Address) && (string.IsNullOrEmpty(Token) || CertificateFile is null))
        {
            yield return new ValidationResult($"{nameof(LabelServerSettings)}.{nameof(Http)} '{Http}' is not loopback: Labels:Token, Labels:CertificateFile and Labels:KeyFile are needed", [nameof(Http)]);
        }

        if (CertificateFile is null != KeyFile is null)
        {
            var missing = CertificateFile is null ? nameof(CertificateFile) : nameof(KeyFile);
            yield return new ValidationResult($"{nameof(LabelServerSettings)}.{missing} is needed: TLS takes a certificate and its key", [missing]);
        }
    }
}
