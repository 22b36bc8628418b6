using System.Runtime.InteropServices;

namespace MtlSplit.IoT.Inference.Sessions;

/// <summary>
/// ONNX Runtime's official builds for Linux and macOS report every process, session and model to their makers, and keep a device id and a
/// spool on disk. A vehicle talks to its own fleet only, so this is off unless <c>ORT_DISABLE_TELEMETRY=0</c> is set.
/// Source: microsoft/onnxruntime, pull request 27379.
/// </summary>
internal static partial class EngineTelemetry
{
    private const string Switch = "ORT_DISABLE_TELEMETRY";

    /// <summary>Turns it off. Only counts before the engine's first use in the process.</summary>
    public static void Refuse()
    {
        if (!OperatingSystem.IsWindows())
        {
            // The engine reads the native environment, which Environment.SetEnvironmentVariable does not change.
            _ = SetEnvironment(Switch, "1", 0);
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
