using SkiaSharp;

namespace MtlSplit.IoT.Training.Pictures;

/// <summary>A white page in logical pixels, drawn at twice their number so that it stays sharp. One thread at a time.</summary>
internal sealed class Canvas : IDisposable
{
    public static readonly SKColor Ink = new(0x1F, 0x29, 0x37);
    public static readonly SKColor Muted = new(0x6B, 0x72, 0x80);
    public static readonly SKColor Line = new(0xE5, 0xE7, 0xEB);

    private const int Scale = 2;

    // Wishes; whatever is installed will do.
    private static readonly string[] Families = ["Inter", "DejaVu Sans", "Liberation Sans", "Noto Sans", "Arial"];
    private readonly SKSurface _surface;
    private readonly SKTypeface _plain;
    private readonly SKTypeface _bold;

    /// <exception cref="PictureException">No font is installed, or the page is too large.</exception>
    public Canvas(double width, double height)
    {
        if (SKFontManager.Default.FontFamilyCount == 0)
        {
            throw new PictureException("No font is installed, so nothing can be labelled (apt-get install fonts-dejavu-core).");
        }

        _surface = SKSurface.Create(new SKImageInfo((int)Math.Ceiling(width) * Scale, (int)Math.Ceiling(height) * Scale, SKColorType.Rgba8888, SKAlphaType.Opaque))
            ?? throw new PictureException($"A picture of {width:F0} x {height:F0} is too large to draw.");
        (_plain, _bold) = (Typeface(SKFontStyle.Normal), Typeface(SKFontStyle.Bold));
        Sheet.Clear(SKColors.White);
        Sheet.Scale(Scale);
    }

    private SKCanvas Sheet => _surface.Canvas;

    public void Text(string text, double x, double y, double size, SKColor colour, Align align = Align.Left, bool bold = false, double turn = 0)
    {
        using var font = new SKFont(bold ? _bold : _plain, (float)size) { Subpixel = true };
        using var paint = new SKPaint { Color = colour, IsAntialias = true };
        Sheet.Save();
        Sheet.Translate((float)x, (float)y);
        Sheet.RotateDegrees((float)turn);
        var shift = align switch { Align.Left => 0f, Align.Centre => -font.MeasureText(text) / 2, _ => -font.MeasureText(text) };
        // The line's middle, not its foot, stands at y.
        Sheet.DrawText(text, shift, -(font.Metrics.Ascent + font.Metrics.Descent) / 2, SKTextAlign.Left, font, paint);
        Sheet.Restore();
    }

    public double Measure(string text, double size, bool bold = false)
    {
        using var font = new SKFont(bold ? _bold : _plain, (float)size);
        return font.MeasureText(text);
    }

    public void Box(double x, double y, double width, double height, SKColor colour, double radius = 0)
    {
        using var paint = new SKPaint { Color = colour, IsAntialias = true };
        Sheet.DrawRoundRect((float)x, (float)y, (float)width, (float)height, (float)radius, (float)radius, paint);
    }

    public void Stroke(double x, double y, double toX, double toY, SKColor colour, double width = 1)
    {
        using var paint = new SKPaint { Color = colour, IsAntialias = true, StrokeWidth = (float)width, IsStroke = true, StrokeCap = SKStrokeCap.Round };
        Sheet.DrawLine((float)x, (float)y, (float)toX, (float)toY, paint);
    }

    public void Dot(double x, double y, double radius, SKColor colour)
    {
        using var paint = new SKPaint { Color = colour, IsAntialias = true };
        Sheet.DrawCircle((float)x, (float)y, (float)radius, paint);
    }

    /// <summary>An image with round corners, enlarged without smoothing.</summary>
    public void Image(SKImage image, double x, double y, double side, double radius)
    {
        var place = new SKRect((float)x, (float)y, (float)(x + side), (float)(y + side));
        using var corners = new SKRoundRect(place, (float)radius);
        Sheet.Save();
        Sheet.ClipRoundRect(corners, antialias: true);
        Sheet.DrawImage(image, place, new SKSamplingOptions(SKFilterMode.Nearest));
        Sheet.Restore();
    }

    public void WritePng(string path)
    {
        using var picture = _surface.Snapshot();
        picture.WritePng(path);
    }

    public void Dispose()
    {
        _plain.Dispose();
        _bold.Dispose();
        _surface.Dispose();
    }

    private static SKTypeface Typeface(SKFontStyle style) =>
        Families
            .Select(name => SKFontManager.Default.MatchFamily(name, style))
            .FirstOrDefault(face => face is not null)
        ?? SKFontManager.Default.MatchFamily(SKFontManager.Default.GetFamilyName(0), style)
        ?? throw new PictureException("The installed fonts cannot be used (apt-get install fonts-dejavu-core).");
}
