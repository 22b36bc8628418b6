namespace MtlSplit.IoT.HubGateway;

/// <summary>Why a client is not let in, with the return code of MQTT 3.1.1's CONNACK.</summary>
public enum ConnectRefusal : byte
{
    /// <summary>The protocol version is not spoken; the client will not come back with it.</summary>
    UnacceptableVersion = 1,

    /// <summary>The client identifier is not taken; the client will not come back with it.</summary>
    IdentifierRejected = 2,

    /// <summary>Not now; the client may try again later.</summary>
    Unavailable = 3,

    /// <summary>The user name or password is wrong.</summary>
    BadUserNameOrPassword = 4,

    /// <summary>The client has no right to connect. What a hub answers to credentials that are not good.</summary>
    NotAuthorised = 5,
}
