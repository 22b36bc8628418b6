namespace MtlSplit.IoT.Broker.Mosquitto;

/// <summary>How a Mosquitto is started.</summary>
public sealed record MosquittoOptions
{
    /// <summary>The program; null: looked for on PATH and in /usr/sbin and /usr/local/sbin.</summary>
    public string? Executable { get; init; }

    /// <summary>The configuration to start from; null: the one beside this assembly.</summary>
    public string? ConfigurationFile { get; init; }

    /// <summary>The port on 127.0.0.1; 0: a free one.</summary>
    public int Port { get; init; }

    /// <summary>Settings that replace those of the same name in the file, or are added: name and value. An empty value removes the setting.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Overrides { get; init; } = [];

    /// <summary>Other files for its folder, such as certificates or access lists; overrides may name them as <c>{folder}/name</c>.</summary>
    public IReadOnlyDictionary<string, string> Files { get; init; } = new Dictionary<string, string>();

    /// <summary>How long it may take until it accepts connections; 10 s by default.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
