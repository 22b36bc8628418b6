using System.Globalization;
using System.Text.RegularExpressions;

namespace MtlSplit.IoT.EdgeRuntime.Files;

/// <summary>Where everything lies on disk.</summary>
internal sealed partial class EdgeFolder(string root)
{
    public string Root { get; } = Path.GetFullPath(root);

    /// <summary>The identities of the modules with their keys.</summary>
    public string Identities => Path.Combine(Root, "identities.json");

    /// <summary>The deployment that was last read well.</summary>
    public string Deployment => Path.Combine(Root, "deployment.json");

    /// <summary>The device's authority: certificate, and key.</summary>
    public string Authority => Path.Combine(Root, "authority.pem");

    public string AuthorityKey => Path.Combine(Root, "authority.key");

    /// <summary>The key from which each module's own for encryption comes.</summary>
    public string MasterKey => Path.Combine(Root, "master.key");

    /// <summary>The ports taken last time.</summary>
    public string Ports => Path.Combine(Root, "ports.json");

    /// <summary>One folder for each module that is created.</summary>
    public string Modules => Path.Combine(Root, "modules");

    /// <summary>Twins that edgeHub knows.</summary>
    public string Twins => Path.Combine(Root, "hub", "twins");

    /// <summary>What modules have subscribed to.</summary>
    public string Sessions => Path.Combine(Root, "hub", "sessions.json");

    /// <summary>Messages that wait, one folder for each endpoint and priority.</summary>
    public string Queues => Path.Combine(Root, "hub", "queues");

    /// <summary>The workload API's socket, in a folder of its own, since containers get the folder.</summary>
    public string WorkloadSocket => Path.Combine(Root, "run", "workload.sock");

    /// <summary>A name from outside as the name of a file: what could lead out of the folder is written in hexadecimal.</summary>
    public static string NameOf(string id) => string.Concat(id.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? c.ToString() : $"~{(int)c:x4}"));

    /// <summary>The name from outside that <see cref="NameOf"/> made this name of.</summary>
    public static string IdOf(string name) => Escape().Replace(name, match => ((char)ushort.Parse(match.Groups[1].ValueSpan, NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToString());

    [GeneratedRegex("~([0-9a-f]{4})")]
    private static partial Regex Escape();

    public void Create()
    {
        foreach (var folder in (string[])[Root, Modules, Twins, Queues])
        {
            PrivateFile.CreateFolder(folder);
        }
    }
}
