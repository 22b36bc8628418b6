using System.Globalization;

namespace MtlSplit.IoT.HubProtocol.Routes;

/// <summary>A route or condition that cannot be read. The message names the column.</summary>
public sealed class RouteException : FormatException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="column">Where, 1 for the first character.</param>
    /// <param name="problem">What is wrong there.</param>
    public RouteException(int column, string problem)
        : base(string.Create(CultureInfo.InvariantCulture, $"Column {column}: {problem}")) => Column = column;

    /// <summary>Where, 1 for the first character.</summary>
    public int Column { get; }
}
