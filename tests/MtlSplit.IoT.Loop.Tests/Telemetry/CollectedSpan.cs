using System.Text;

namespace MtlSplit.IoT.Loop.Tests.Telemetry;

/// <summary>A span as a collector sees it. Ids are hex.</summary>
internal sealed record CollectedSpan(string Trace, string Id, string Parent, string Name)
{
    public static CollectedSpan Read(byte[] span)
    {
        var fields = OtlpCollector.Fields(span).ToLookup(field => field.Number, field => field.Bytes);
        return new CollectedSpan(Hex(fields[1]), Hex(fields[2]), Hex(fields[4]), Encoding.UTF8.GetString(fields[5].First()));
    }

    private static string Hex(IEnumerable<byte[]> values) => Convert.ToHexStringLower(values.FirstOrDefault() ?? []);
}
