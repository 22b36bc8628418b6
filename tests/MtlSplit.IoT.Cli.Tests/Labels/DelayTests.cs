using MtlSplit.IoT.Cli.Labels;
using Xunit;

namespace MtlSplit.IoT.Cli.Tests.Labels;

public sealed class DelayTests
{
    [Theory]
    [InlineData("0s", 0)]
    [InlineData("500ms", 500)]
    [InlineData("2s", 2000)]
    [InlineData("1.5s", 1500)]
    [InlineData("1m", 60_000)]
    [InlineData("60m", 3_600_000)]
    public void TryParse_ANumberWithItsUnit_IsRead(string text, int milliseconds)
    {
        Assert.True(Delay.TryParse(text, out var delay));
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), delay);
    }

    [Theory]
    [InlineData("")]
    [InlineData("2")]
    [InlineData("s")]
    [InlineData("ms")]
    [InlineData("-2s")]
    [InlineData("+2s")]
    [InlineData("2 s")]
    [InlineData("1e2s")]
    [InlineData("1,5s")]
    [InlineData("61m")]
    [InlineData("3600001ms")]
    [InlineData("NaNs")]
    [InlineData("Infinityms")]
    [InlineData("99999999999999999999999999s")]
    [InlineData("nonsense")]
    public void TryParse_AnythingElse_IsRefused(string text) => Assert.False(Delay.TryParse(text, out _));
}
