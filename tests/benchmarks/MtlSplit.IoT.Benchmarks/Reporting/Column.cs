namespace MtlSplit.IoT.Benchmarks.Reporting;

/// <summary>A column of a table.</summary>
/// <param name="Name">Its heading, and its name in JSON.</param>
/// <param name="Format">How numbers are shown; JSON has them in full.</param>
/// <param name="Width">Characters; negative: text on the left.</param>
internal sealed record Column(string Name, string Format = "F0", int Width = 12)
{
    /// <summary>A column of text.</summary>
    public static Column Text(string name, int width) => new(name, "", -width);

    public string Cell(object? value)
    {
        var text = value is IFormattable number && Format.Length > 0 ? number.ToString(Format, System.Globalization.CultureInfo.InvariantCulture) : value?.ToString() ?? "-";
        return Fit(text);
    }

    public string Fit(string text) => Width < 0 ? text.PadRight(-Width) : text.PadLeft(Width);
}
