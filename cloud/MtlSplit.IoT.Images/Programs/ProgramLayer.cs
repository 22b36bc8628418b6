using MtlSplit.IoT.Images.Layers;

namespace MtlSplit.IoT.Images.Programs;

/// <summary>A published program as a layer.</summary>
public static class ProgramLayer
{
    /// <summary>The program's folder in the image.</summary>
    public const string Folder = "app";

    // For debuggers, tracers and people. The tracer's library would need another one that nobody else needs.
    private static readonly string[] LeftOut = ["createdump", "libcoreclrtraceptprovider.so", "libmscordaccore.so", "libmscordbi.so"];

    /// <summary>Takes a program in.</summary>
    /// <param name="folder">Where it was published to.</param>
    /// <param name="program">The executable's file name.</param>
    /// <exception cref="ImageException">It is not there.</exception>
    public static LayerContent Of(string folder, string program)
    {
        if (!File.Exists(Path.Combine(folder, program)))
        {
            throw new ImageException($"{folder} holds no program {program}.");
        }

        var layer = new LayerContent();
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            var path = Path.GetRelativePath(folder, file).Replace('\\', '/');
            if (Path.GetExtension(path) is not (".pdb" or ".xml" or ".dbg") && !LeftOut.Contains(path))
            {
                layer.AddFile($"{Folder}/{path}", file, executable: path == program);
            }
        }

        return layer;
    }
}
