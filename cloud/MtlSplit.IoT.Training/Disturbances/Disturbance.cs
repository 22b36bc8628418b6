using System.Globalization;

namespace MtlSplit.IoT.Training.Disturbances;

/// <summary>
/// Something that makes an image harder: a condition to test under, or an augmentation to train with. Written as
/// <c>kind:strength</c>. Immutable and thread-safe.
/// </summary>
public abstract record Disturbance
{
    private static readonly (string Kind, double Least, double Most, Func<double, Disturbance> Make)[] Kinds =
    [
        (SaltPepper.Kind, 0, 1, share => new SaltPepper(share)),
        (GaussianNoise.Kind, 0, 1, deviation => new GaussianNoise(deviation)),
        (Brightness.Kind, -1, 1, shift => new Brightness(shift)),
        (Contrast.Kind, 0, 10, factor => new Contrast(factor)),
        (HueShift.Kind, -360, 360, degrees => new HueShift(degrees)),
    ];

    /// <summary>How disturbances are written, for people.</summary>
    public static string Known { get; } = "salt-pepper:SHARE, gaussian:DEVIATION, brightness:SHIFT, contrast:FACTOR, hue:DEGREES";

    /// <summary>Reads <c>kind:strength</c>.</summary>
    /// <exception cref="FormatException">There is no such kind, or the strength is no number or out of bounds.</exception>
    public static Disturbance Parse(string text) => Parse(text, Known);

    /// <summary>Reads <c>kind:strength</c>, where other kinds of conditions can be named too.</summary>
    /// <param name="text">What was written.</param>
    /// <param name="known">All that can be named, for people.</param>
    /// <exception cref="FormatException">There is no such kind, or the strength is no number or out of bounds.</exception>
    public static Disturbance Parse(string text, string known)
    {
        ArgumentNullException.ThrowIfNull(text);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var kind = Array.Find(Kinds, k => k.Kind == (colon < 0 ? text : text[..colon]));
        if (kind.Make is null)
        {
            throw new FormatException($"'{text}' is unknown; there are {known}.");
        }

        var number = colon < 0 ? "" : text[(colon + 1)..];
        if (!double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var strength))
        {
            throw new FormatException($"'{text}' needs a number after '{kind.Kind}:'.");
        }

        if (!(strength >= kind.Least && strength <= kind.Most))
        {
            throw new FormatException($"'{text}' is out of bounds: {kind.Kind} goes from {kind.Least} to {kind.Most}.");
        }

        return kind.Make(strength);
    }

    /// <summary>Disturbs an image in place, at its stated strength.</summary>
    /// <param name="rgb">The image, three bytes a pixel.</param>
    /// <param name="seed">Decides whatever is left to chance.</param>
    public abstract void Apply(Span<byte> rgb, ulong seed);

    /// <summary>The same kind at a strength drawn up to its own, so that training sees all of them; noise stays as it is.</summary>
    /// <param name="seed">Decides the strength.</param>
    public virtual Disturbance Varied(ulong seed) => this;

    /// <summary>As it is written.</summary>
    public sealed override string ToString() => Text;

    /// <summary>As it is written.</summary>
    protected abstract string Text { get; }

    private protected static string Write(string kind, double strength) => string.Create(CultureInfo.InvariantCulture, $"{kind}:{strength:R}");

    private protected static byte ToByte(double value) => value <= 0 ? (byte)0 : value >= 255 ? (byte)255 : (byte)(value + 0.5);

    /// <summary>Replaces every value by what a table holds for it.</summary>
    private protected static void Map(Span<byte> rgb, Func<int, double> value)
    {
        Span<byte> table = stackalloc byte[256];
        for (var i = 0; i < table.Length; i++)
        {
            table[i] = ToByte(value(i));
        }

        foreach (ref var channel in rgb)
        {
            channel = table[channel];
        }
    }
}
