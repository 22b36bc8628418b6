using MtlSplit.IoT.Hosting.Running;

namespace MtlSplit.IoT.Cli.Brokers;

/// <summary>Tells other processes where a broker listens.</summary>
internal static class AddressFile
{
    /// <summary>Writes the file, if there is to be one: whole or not at all, since whoever waits for it may read it at once.</summary>
    /// <exception cref="StartException">It cannot be written.</exception>
    public static async Task WriteAsync(string? file, string host, int port, CancellationToken ct)
    {
        if (file is null)
        {
            return;
        }

        try
        {
            await File.WriteAllTextAsync($"{file}.tmp", $"{host}:{port}", ct);
            File.Move($"{file}.tmp", file, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"--address-file {file} cannot be written: {e.Message}", e);
        }
    }
}
