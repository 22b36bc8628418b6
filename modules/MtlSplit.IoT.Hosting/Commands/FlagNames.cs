using System.Text.RegularExpressions;

namespace MtlSplit.IoT.Hosting.Commands;

/// <summary>Complaints are about settings; whoever typed a flag looks for the flag.</summary>
internal static class FlagNames
{
    /// <summary>Puts a flag's name behind the setting that it stands for: <c>Recorder:Data (--data)</c>.</summary>
    public static string AddTo(string complaint, IEnumerable<SettingFlag> flags) => flags.Aggregate(
        complaint,
        (text, flag) => Regex.Replace(text, $@"(?<![\w:]){Regex.Escape(flag.Key)}(?![\w:])", $"{flag.Key} ({flag.Name})"));
}
