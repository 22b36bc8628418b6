namespace MtlSplit.IoT.DevHub.Registry.Records;

/// <summary>How an identity proves that it is itself.</summary>
internal enum AuthenticationKind
{
    /// <summary>Tokens signed with one of two keys.</summary>
    Sas,

    /// <summary>One of two certificates, known by their thumbprints.</summary>
    SelfSigned,

    /// <summary>A certificate of an authority that the hub trusts, with the identity as its common name.</summary>
    CertificateAuthority,

    /// <summary>Not at all: a module that has not been given anything yet.</summary>
    None,
}
