using MtlSplit.IoT.Registry.Describing;
using MtlSplit.IoT.Registry.Registering;

namespace MtlSplit.IoT.Registry;

public sealed partial class ModelRegistry
{
    private const string BundleCard = "card.md";

    /// <summary>A head's card for people, Markdown: use, figures, origin, signatures.</summary>
    /// <exception cref="RegistryException">A document is damaged.</exception>
    public string Card(RegisteredHead head)
    {
        ArgumentNullException.ThrowIfNull(head);
        return HeadCard.Write(Trace(head), _documents.Signatures(_shelves.FileOf(head)));
    }

    /// <summary>The card that a bundle brings, Markdown; null where it brings none.</summary>
    /// <exception cref="RegistryException">It is missing or damaged.</exception>
    public string? Card(RegisteredBundle bundle)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        return Array.Find(bundle.Manifest.Files, file => file.Path == BundleCard) is { } card
            ? System.Text.Encoding.UTF8.GetString(_blobs.Read(card.Sha256, $"{BundleCard} of bundle {bundle.Digest[..12]}"))
            : null;
    }
}
