using MtlSplit.IoT.Training.Loading;

namespace MtlSplit.IoT.Training.Pictures;

/// <summary>Many images on one page, each with its labels.</summary>
public static class ContactSheet
{
    /// <summary>The most images that a page takes.</summary>
    public const int MaxImages = 1000;

    private const double Margin = 32;
    private const double Header = 64;
    private const double Tile = 128;
    private const double Caption = 38;
    private const double Gap = 16;

    /// <summary>Draws a page.</summary>
    /// <param name="path">The PNG file.</param>
    /// <param name="title">What is shown.</param>
    /// <param name="subtitle">Where it comes from.</param>
    /// <param name="images">The images; square.</param>
    /// <param name="captions">Two short lines an image.</param>
    /// <param name="columns">Images side by side.</param>
    /// <exception cref="PictureException">It cannot be drawn.</exception>
    public static void Write(string path, string title, string subtitle, ImageSet images, IReadOnlyList<(string First, string Second)> captions, int columns)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(captions);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(images.Count, MaxImages);
        columns = Math.Clamp(columns, 1, images.Count);
        var rows = (images.Count + columns - 1) / columns;
        using var page = new Canvas(
            Math.Max((2 * Margin) + (columns * (Tile + Gap)) - Gap, 480),
            (2 * Margin) + Header + (rows * (Tile + Caption + Gap)) - Gap);
        page.Text(title, Margin, Margin + 10, 20, Canvas.Ink, bold: true);
        page.Text(subtitle, Margin, Margin + 36, 13, Canvas.Muted);
        for (var i = 0; i < images.Count; i++)
        {
            var (x, y) = (Margin + (i % columns * (Tile + Gap)), Margin + Header + (i / columns * (Tile + Caption + Gap)));
            using var image = RgbImage.Create(images.Image(i), images.Width, images.Height);
            page.Image(image, x, y, Tile, 6);
            page.Text(captions[i].First, x + 1, y + Tile + 13, 12, Canvas.Ink);
            page.Text(captions[i].Second, x + 1, y + Tile + 29, 11, Canvas.Muted);
        }

        page.WritePng(path);
    }
}
