namespace MtlSplit.IoT.HubFidelity.Tests.Cases;

/// <summary>A hub on free ports, to which the packages are pointed.</summary>
public sealed class FreePortsRun : NodeRun
{
    protected override bool StandardPorts => false;

    protected override IReadOnlyList<string> Place => ["--https-port", "0", "--mqtt-port", "0"];
}
