using System.Globalization;
using MtlSplit.IoT.Shapes3D;

namespace MtlSplit.IoT.Training.Datasets;

/// <summary>
/// A condition to test under: the light on its way from the one that training saw to one that it never saw. Unlike a disturbance it changes
/// no finished image, scenes are rendered anew. Written as <c>light:SHARE</c>.
/// </summary>
/// <param name="Share">How much of the way, 0 to 1.</param>
public sealed record LightShift(double Share)
{
    private const string Kind = "light";

    /// <summary>How it is written, for people.</summary>
    public const string Known = $"{Kind}:SHARE";

    /// <summary>Whether a condition speaks of the light.</summary>
    public static bool IsMeant(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text == Kind || text.StartsWith($"{Kind}:", StringComparison.Ordinal);
    }

    /// <summary>Reads <c>light:SHARE</c>.</summary>
    /// <exception cref="FormatException">The share is no number, or out of bounds.</exception>
    public static LightShift Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!IsMeant(text) || !double.TryParse(text[Math.Min(text.Length, Kind.Length + 1)..], NumberStyles.Float, CultureInfo.InvariantCulture, out var share))
        {
            throw new FormatException($"'{text}' needs a number after '{Kind}:'.");
        }

        return share is >= 0 and <= 1 ? new LightShift(share) : throw new FormatException($"'{text}' is out of bounds: {Kind} goes from 0 to 1.");
    }

    /// <summary>The same data set in this light.</summary>
    /// <param name="data">The data set.</param>
    /// <exception cref="DataSetException">Its images are stored ones, so their light is what it is.</exception>
    public IDataSet Of(IDataSet data) => data is RenderedShapes3D
        ? new RenderedShapes3D(Light.Standard.Towards(Light.Unseen, Share))
        : throw new DataSetException($"{this} can only be measured on images that are rendered here, not on {data?.Description}.");

    /// <summary>As it is written.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Kind}:{Share:R}");
}
