using System.Text.Json.Nodes;
using MtlSplit.IoT.HubProtocol.Messages;

namespace MtlSplit.IoT.EdgeRuntime.Running.Processes;

/// <summary>
/// Which executable stands for which image: <c>{"images": {"registry/backbone:1": {"executable": "…", "arguments": ["…"]}}}</c>. An image
/// without a tag stands for every tag that is not there itself. Paths begin at the file's folder; an executable without a slash is looked up on the path.
/// Read anew whenever it is asked, so that images may be added while the runtime runs. Thread-safe.
/// </summary>
/// <param name="file">The file; null: no image is there.</param>
internal sealed class ImageMap(string? file)
{
    /// <summary>The program of an image, or null.</summary>
    /// <exception cref="RunnerException">The file cannot be read; names the path in it.</exception>
    public ImageProgram? Find(string image)
    {
        if (file is null)
        {
            return null;
        }

        try
        {
            var root = HubJson.ParseObject(File.ReadAllBytes(file), file);
            return root["images"] is JsonObject images ? (images[image] ?? images[Untagged(image)]) is JsonObject entry ? Read(entry, image) : null : throw Fault("images", "an object is wanted");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or InvalidOperationException)
        {
            throw new RunnerException($"{file}: {e.Message}", e);
        }
    }

    private static string Untagged(string image)
    {
        var colon = image.LastIndexOf(':');
        // A registry's port is no tag.
        return colon > image.LastIndexOf('/') ? image[..colon] : image;
    }

    private RunnerException Fault(string path, string problem) => new($"{file}: {path}: {problem}.");

    private ImageProgram Read(JsonObject entry, string image)
    {
        var executable = entry["executable"]?.GetValue<string>() ?? throw Fault($"images.{image}.executable", "is missing");
        var folder = Path.GetDirectoryName(Path.GetFullPath(file!))!;
        var arguments = entry["arguments"] is JsonArray list ? list.Select(argument => argument!.GetValue<string>()).ToArray() : [];
        return new ImageProgram(executable.Contains('/', StringComparison.Ordinal) ? Path.GetFullPath(executable, folder) : executable, arguments);
    }
}
