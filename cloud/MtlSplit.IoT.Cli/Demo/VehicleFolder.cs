namespace MtlSplit.IoT.Cli.Demo;

/// <summary>Where one vehicle of a demonstration keeps what is its own: what a real one has on its disk.</summary>
/// <param name="Root">Its path; short, since a socket lies below it.</param>
internal sealed record VehicleFolder(string Root)
{
    /// <summary>The edge runtime's identities, modules and waiting messages.</summary>
    public string Runtime => Path.Combine(Root, "edge");

    /// <summary>The device's connection string.</summary>
    public string ConnectionString => Path.Combine(Root, "connection");

    /// <summary>Which executable stands for which image.</summary>
    public string Images => Path.Combine(Root, "images.json");

    /// <summary>The settings that the backbone module follows while it runs.</summary>
    public string Settings => Path.Combine(Root, "settings.json");

    /// <summary>The bundles that it was told to run.</summary>
    public string Store => Path.Combine(Root, "bundles");

    /// <summary>The public keys that it trusts.</summary>
    public string Keys => Path.Combine(Root, "keys");

    /// <summary>Features that were not delivered yet.</summary>
    public string Outbox => Path.Combine(Root, "outbox");
}
