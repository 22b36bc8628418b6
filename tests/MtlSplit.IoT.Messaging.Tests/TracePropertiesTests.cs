using System.Diagnostics;
using Xunit;

namespace MtlSplit.IoT.Messaging.Tests;

public sealed class TracePropertiesTests
{
    [Fact]
    public void Trace_GoesIntoAMessageOnceAndComesOutAgain_BesideOtherProperties()
    {
        using var activity = new Activity("publish").SetIdFormat(ActivityIdFormat.W3C).Start();
        activity.TraceStateString = "vendor=1";
        var message = new BusMessage("t", default) { UserProperties = [new("other", "x"), new(TraceProperties.TraceParent, "an older one")] };

        var sent = TraceProperties.Inject(TraceProperties.Inject(message, activity), activity);

        Assert.Equal(["other", TraceProperties.TraceParent, TraceProperties.TraceState], sent.UserProperties.Select(p => p.Key));
        var context = TraceProperties.Extract(sent.UserProperties);
        Assert.Equal((activity.TraceId, activity.SpanId, "vendor=1", true), (context.TraceId, context.SpanId, context.TraceState, context.IsRemote));
    }

    [Theory]
    [InlineData("")]
    [InlineData("00-nonsense")]
    [InlineData("00-00000000000000000000000000000000-0000000000000000-00")]
    public void BadTrace_IsNoTrace(string parent)
    {
        var context = TraceProperties.Extract([new(TraceProperties.TraceParent, parent)]);

        Assert.Equal(default, context.TraceId);
    }

    [Fact]
    public void NoActivity_LeavesTheMessageAsItIs()
    {
        var message = new BusMessage("t", default);

        Assert.Same(message, TraceProperties.Inject(message, null));
    }
}
