using System.Diagnostics;
using System.Globalization;

namespace MtlSplit.IoT.Benchmarks.Bus;

/// <summary>
/// Mosquitto's own client, the programs <c>mosquitto_pub</c> (a message per line of its input) and <c>mosquitto_sub</c>. The
/// subscriber's session is made beforehand, so that nothing is missed while it starts. Payloads are lines, so no zero bytes.
/// </summary>
internal sealed class MosquittoPeer(int port) : IBusPeer
{
    private const string Topic = "bench/mosquitto";
    private const string Session = "bench-mosquitto-subscriber";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private double _rate = 10_000;

    public string Name => "mosquitto_pub/_sub";

    public static bool IsInstalled => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(folder => File.Exists(Path.Combine(folder, "mosquitto_pub")) && File.Exists(Path.Combine(folder, "mosquitto_sub")));

    public async Task<PeerTurn> RunAsync(byte[] payload, TimeSpan length)
    {
        var count = (int)Math.Max(100, _rate * length.TotalSeconds);
        using (var session = Start("mosquitto_sub", "-i", Session, "-c", "-q", "1", "-t", Topic, "-E"))
        {
            await session.WaitForExitAsync().WaitAsync(Patience);
        }

        using var subscriber = Start("mosquitto_sub", "-i", Session, "-c", "-q", "1", "-t", Topic, "-F", "%%", "-C", count.ToString(CultureInfo.InvariantCulture));
        var draining = subscriber.StandardOutput.ReadToEndAsync();
        using var publisher = Start("mosquitto_pub", "-q", "1", "-t", Topic, "-l");
        var line = new byte[payload.Length + 1];
        line.AsSpan().Fill((byte)'x');
        line[^1] = (byte)'\n';
        var began = Stopwatch.GetTimestamp();
        await Task.Run(() =>
        {
            var input = publisher.StandardInput.BaseStream;
            for (var i = 0; i < count; i++)
            {
                input.Write(line);
            }

            publisher.StandardInput.Close();
        });
        await subscriber.WaitForExitAsync().WaitAsync(Patience);
        _rate = count / Stopwatch.GetElapsedTime(began).TotalSeconds;
        await draining;
        await publisher.WaitForExitAsync().WaitAsync(Patience);
        return new PeerTurn(_rate, count);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private Process Start(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardInput = true, RedirectStandardOutput = true };
        string[] all = ["-p", port.ToString(CultureInfo.InvariantCulture), .. arguments];
        foreach (var argument in all)
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
    }
}
