using MtlSplit.IoT.Cli.Terminal;

namespace MtlSplit.IoT.Cli.Demo;

/// <summary>Chooses the view.</summary>
internal static class DemoViews
{
    public static IDemoView Create(bool plain, TimeProvider time)
    {
        var console = Screen.Create();
        return plain || !console.Profile.Capabilities.Ansi || !console.Profile.Capabilities.Interactive
            ? new PlainView(console, time)
            : new LiveView(console, time);
    }
}
