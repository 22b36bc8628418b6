using System.Formats.Tar;
using MtlSplit.IoT.Images.Layers;

namespace MtlSplit.IoT.Images.Programs;

/// <summary>Whether everything in an image is for its platform and finds its libraries, which nothing else tells before it runs.</summary>
public static class LibraryCheck
{
    /// <summary>Looks through all layers of an image.</summary>
    /// <param name="platform">What the image runs on.</param>
    /// <param name="layers">Its layers.</param>
    /// <exception cref="ImageException">A program is for another processor, or a library is nowhere in the image; names it and who wants it.</exception>
    public static void Require(Platform platform, params IReadOnlyList<LayerContent> layers)
    {
        var names = layers.SelectMany(layer => layer.Paths).Select(Path.GetFileName).ToHashSet(StringComparer.Ordinal);
        foreach (var (path, entry) in layers.SelectMany(layer => layer.Entries).Where(entry => entry.Value.Type == TarEntryType.RegularFile))
        {
            if (ElfFile.Read(entry.Read().Span) is not { } elf)
            {
                continue;
            }

            if (elf.Machine != platform.ElfMachine)
            {
                throw new ImageException($"{path} is for another processor than {platform} (machine {elf.Machine}, not {platform.ElfMachine}).");
            }

            if (elf.Needed.FirstOrDefault(name => !names.Contains(name)) is { } missing)
            {
                throw new ImageException($"{path} needs {missing}, which is in none of the image's layers.");
            }
        }
    }
}
