using System.Globalization;

namespace MtlSplit.IoT.Hosting.Commands;

/// <summary>A flag of the command line that stands for a setting and wins over every other source of it.</summary>
/// <param name="Name">With its dashes: <c>--fleet</c>.</param>
/// <param name="Key">The setting: <c>Backbone:Fleet</c>.</param>
/// <param name="Description">One sentence for the help.</param>
public sealed record SettingFlag(string Name, string Key, string Description)
{
    /// <summary><c>--broker HOST:PORT</c>; an IPv6 address stands in brackets.</summary>
    public static readonly SettingFlag Broker = new("--broker", "Bus", "The broker to connect to.")
    {
        ValueName = "HOST:PORT",
        Expand = static text => BrokerAddress.TryParse(text, out var address)
            ? [new("Bus:Host", address.Host), new("Bus:Port", address.Port.ToString(CultureInfo.InvariantCulture))]
            : throw new FormatException($"'{text}' is not HOST:PORT, such as 127.0.0.1:1883"),
    };

    /// <summary><c>--log-level LEVEL</c>.</summary>
    public static readonly SettingFlag LogLevel = new("--log-level", "Logging:LogLevel:Default", "The least that is logged: Trace, Debug, Information, Warning, Error, Critical or None.")
    {
        ValueName = "LEVEL",
        Expand = static text => Enum.TryParse<Microsoft.Extensions.Logging.LogLevel>(text, ignoreCase: true, out var level) && Enum.IsDefined(level)
            ? [new("Logging:LogLevel:Default", level.ToString())]
            : throw new FormatException($"'{text}' is not a log level"),
    };

    /// <summary>How the help shows the value; by default the flag's name in capitals.</summary>
    public string? ValueName { get; init; }

    /// <summary>
    /// Turns the text into settings; null: the text is the value of <see cref="Key"/>. Throws <see cref="FormatException"/>
    /// with what is wrong for a text that it does not accept.
    /// </summary>
    public Func<string, IReadOnlyList<KeyValuePair<string, string?>>>? Expand { get; init; }
}
