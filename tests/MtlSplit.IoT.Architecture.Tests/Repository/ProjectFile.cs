using System.Text.Json;
using System.Xml.Linq;

namespace MtlSplit.IoT.Architecture.Tests.Repository;

/// <summary>What a project says of itself.</summary>
/// <param name="Path">From the top, with forward slashes.</param>
/// <param name="Xml">Its file.</param>
internal sealed record ProjectFile(string Path, XElement Xml)
{
    /// <summary>The project's name.</summary>
    public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

    /// <summary>Its folder, from the top.</summary>
    public string Folder => System.IO.Path.GetDirectoryName(Path)!.Replace('\\', '/');

    /// <summary><c>modules</c>, <c>cloud</c> or <c>tests</c>.</summary>
    public string Area => Path.Split('/')[0];

    /// <summary>Whether it is a program.</summary>
    public bool IsExecutable => Property("OutputType") == "Exe";

    /// <summary>Whether it is a test program.</summary>
    public bool IsTests => Name.EndsWith(".Tests", StringComparison.Ordinal);

    /// <summary>The program's or library's file name, without extension.</summary>
    public string Assembly => Property("AssemblyName") ?? Name;

    /// <summary>The packages that it asks for.</summary>
    public IReadOnlyList<XElement> Packages => [.. Xml.Descendants("PackageReference")];

    /// <summary>The names of the packages that it asks for.</summary>
    public IEnumerable<string> PackageNames => Packages.Select(package => package.Attribute("Include")!.Value);

    /// <summary>The projects whose code it uses.</summary>
    public IEnumerable<ProjectFile> Uses => References(code: true);

    /// <summary>The projects that are built before it, and no more.</summary>
    public IEnumerable<ProjectFile> BuiltBefore => References(code: false);

    /// <summary>The projects whose code it uses, and theirs.</summary>
    public IEnumerable<ProjectFile> UsesInTheEnd => Uses.SelectMany(project => project.UsesInTheEnd.Append(project)).DistinctBy(project => project.Path);

    /// <summary>Every package in its lock file, whoever asked for it.</summary>
    public IEnumerable<string> LockedPackages => Locked.Where(entry => entry.Value.GetProperty("type").GetString() != "Project").Select(entry => entry.Name);

    /// <summary>The projects in its lock file, in lower case.</summary>
    public IEnumerable<string> LockedProjects => Locked.Where(entry => entry.Value.GetProperty("type").GetString() == "Project").Select(entry => entry.Name);

    private IEnumerable<JsonProperty> Locked =>
        JsonDocument.Parse(Checkout.Read($"{Folder}/packages.lock.json")).RootElement.GetProperty("dependencies").EnumerateObject().First().Value.EnumerateObject();

    /// <summary>Reads one.</summary>
    public static ProjectFile Read(string path) => new(path, XElement.Parse(Checkout.Read(path)));

    /// <summary>A property's value, or null.</summary>
    public string? Property(string name) => Xml.Elements("PropertyGroup").Elements(name).LastOrDefault()?.Value;

    /// <summary>The source files, from the top.</summary>
    public IEnumerable<string> Sources() => Checkout.Files.Where(file => file.StartsWith(Folder + "/", StringComparison.Ordinal) && file.EndsWith(".cs", StringComparison.Ordinal));

    /// <summary>Where the build puts a file of it, in the configuration of these tests.</summary>
    public string Output(string file)
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(System.IO.Path.DirectorySeparatorChar)).Name;
        return System.IO.Path.Combine(Checkout.Top, "artifacts", "bin", Name, configuration, file);
    }

    public override string ToString() => Name;

    private IEnumerable<ProjectFile> References(bool code) =>
        from reference in Xml.Descendants("ProjectReference")
        let include = reference.Attribute("Include")!.Value
        where !include.Contains('*', StringComparison.Ordinal)
        where (reference.Attribute("ReferenceOutputAssembly")?.Value != "false") == code
        let path = System.IO.Path.GetRelativePath(Checkout.Top, System.IO.Path.GetFullPath(System.IO.Path.Combine(Checkout.Top, Folder, include))).Replace('\\', '/')
        select Checkout.Projects.SingleOrDefault(project => project.Path == path)
            ?? throw new InvalidDataException($"{Path} references {include}, which is not there.");
}
