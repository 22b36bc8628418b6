using System.CommandLine;
using System.Text.Json.Nodes;
using MtlSplit.IoT.Cli.Hubs;
using MtlSplit.IoT.HubProtocol.Identities;

namespace MtlSplit.IoT.Cli.Devices;

/// <summary>A device's connection string, which holds its key: where it goes is asked for, and else it goes nowhere.</summary>
internal sealed class DeviceSecret
{
    private readonly Option<string?> _file = new("--connection-file") { HelpName = "FILE", Description = "Write the device's connection string into this file, for its owner only; mtlsplit edge takes it." };
    private readonly Option<bool> _print = new("--connection-string") { Description = "Print the device's connection string, which holds its key." };

    /// <summary>Adds the flags to a command.</summary>
    public static DeviceSecret AddTo(Command command)
    {
        var secret = new DeviceSecret();
        command.Options.Add(secret._file);
        command.Options.Add(secret._print);
        return secret;
    }

    /// <summary>Whether it was asked for at all.</summary>
    public bool IsWanted(ParseResult parsed) => parsed.GetValue(_file) is not null || parsed.GetValue(_print);

    /// <summary>Writes the file that was asked for. Returns the connection string where it is to be printed.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public async Task<string?> HandOutAsync(ParseResult parsed, HubService hub, JsonObject identity, CancellationToken ct)
    {
        if (!IsWanted(parsed))
        {
            return null;
        }

        var id = identity["deviceId"]!.GetValue<string>();
        if (identity["authentication"]?["symmetricKey"]?["primaryKey"]?.GetValue<string>() is not { Length: > 0 } key)
        {
            throw new IOException($"{id} has no key: it proves itself with a certificate.");
        }

        var text = new HubConnectionString { HostName = hub.HostName, DeviceId = id, SharedAccessKey = key }.ToString();
        if (parsed.GetValue(_file) is { } file)
        {
            await WriteAsync(file, text, ct);
        }

        return parsed.GetValue(_print) ? text : null;
    }

    private static async Task WriteAsync(string file, string text, CancellationToken ct)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            if (File.Exists(file))
            {
                // The mode counts for new files only.
                File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }
        }

        await using var writer = new StreamWriter(file, options);
        await writer.WriteLineAsync(text.AsMemory(), ct);
    }
}
