using System.Net;
using System.Net.Sockets;

namespace MtlSplit.IoT.HubFidelity.Tests.Cases;

/// <summary>A hub on the ports of Azure's, at a loopback address that is nobody else's, so that nothing in the packages is touched but the connection string.</summary>
public sealed class StandardPortsRun : NodeRun
{
    private const string Address = "127.0.0.9";
    private const string Device = "127.0.0.10";

    private readonly Lazy<string?> _whyNot = new(static () =>
    {
        foreach (var (address, port) in (Span<(string, int)>)[(Address, 443), (Address, 8883), (Device, 443), (Device, 8883)])
        {
            using var listener = new TcpListener(IPAddress.Parse(address), port);
            try
            {
                listener.Start();
            }
            catch (SocketException e)
            {
                return $"{address}:{port} cannot be listened on: {e.Message}";
            }
        }

        return null;
    });

    protected override bool StandardPorts => true;

    protected override string? EdgeAddress => Device;

    protected override IReadOnlyList<string> Place => ["--name", Address, "--address", Address, "--https-port", "443", "--mqtt-port", "8883"];

    protected override string? WhyNot() => base.WhyNot() ?? _whyNot.Value;
}
