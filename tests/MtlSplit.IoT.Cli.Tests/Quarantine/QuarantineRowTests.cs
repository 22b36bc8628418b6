using System.Text.Json;
using MtlSplit.IoT.Cli.Quarantine;
using MtlSplit.IoT.Messaging.Quarantine;
using Xunit;

namespace MtlSplit.IoT.Cli.Tests.Quarantine;

public sealed class QuarantineRowTests
{
    [Fact]
    public void Of_AMessage_SaysTimeInUtcAndIdAsShowTakesIt_AlsoAsJson()
    {
        var id = new QuarantineId(0xabc, 12);
        var at = (new DateTimeOffset(2026, 3, 1, 23, 59, 59, 123, TimeSpan.Zero) - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        var entry = new QuarantineEntry("mtl/v1/f/vehicles/v/features/x", new byte[7], [], "no-head", "a \"quote\"", at + 456);

        var row = QuarantineRow.Of("object_size", new QuarantinedMessage(id, entry, Replayed: true));

        Assert.Equal(
            new QuarantineRow("object_size", "0000000000000abc.12", "2026-03-01T23:59:59.123Z", "no-head", "a \"quote\"", "mtl/v1/f/vehicles/v/features/x", 7, true), row);
        Assert.True(QuarantineId.TryParse(row.Id, out var parsed));
        Assert.Equal(id, parsed);
        var json = JsonSerializer.Serialize(row, QuarantineJson.Default.QuarantineRow);
        Assert.DoesNotContain('\n', json);
        Assert.Equal(row, JsonSerializer.Deserialize(json, QuarantineJson.Default.QuarantineRow));
    }
}
