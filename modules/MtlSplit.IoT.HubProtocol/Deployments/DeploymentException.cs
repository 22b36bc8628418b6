namespace MtlSplit.IoT.HubProtocol.Deployments;

/// <summary>A deployment that cannot be used. The message names the path in the document and says what is wrong there.</summary>
public sealed class DeploymentException : FormatException
{
    /// <summary>The status of a configuration that cannot be read, as the runtime reports it.</summary>
    public const int Unreadable = 400;

    /// <summary>The status of a schema version that is not known.</summary>
    public const int UnknownSchema = 412;

    /// <summary>The status of an empty configuration.</summary>
    public const int Empty = 417;

    /// <summary>Makes the exception.</summary>
    /// <param name="path">Where in the document, such as <c>modulesContent.$edgeAgent.properties.desired.modules.head.status</c>.</param>
    /// <param name="problem">What is wrong there.</param>
    /// <param name="statusCode">What the runtime reports: <see cref="Unreadable"/>, <see cref="UnknownSchema"/> or <see cref="Empty"/>.</param>
    public DeploymentException(string path, string problem, int statusCode = Unreadable)
        : base(path.Length == 0 ? problem : $"{path}: {problem}")
    {
        Path = path;
        StatusCode = statusCode;
    }

    /// <summary>Where in the document.</summary>
    public string Path { get; }

    /// <summary>The code of <c>lastDesiredStatus</c> that says this.</summary>
    public int StatusCode { get; }
}
