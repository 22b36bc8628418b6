using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using MtlSplit.IoT.Contracts.Bundles;

namespace MtlSplit.IoT.Benchmarks.Starting;

/// <summary>A program in C that does nothing but run the bundle's backbone with ONNX Runtime, the same library file that ours uses.</summary>
internal sealed class BareProgram(string executable)
{
    /// <summary>Compiles it.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="libraries">The folder of ONNX Runtime.</param>
    /// <exception cref="InvalidOperationException">It could not be compiled.</exception>
    public static async Task<BareProgram> CompileAsync(string folder, string libraries)
    {
        var headers = typeof(BareProgram).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(entry => entry.Key == "OnnxRuntimeHeaders").Value!;
        var executable = Path.Combine(folder, "bare");
        // The library is asked for by the name that it has inside, not by that of its file.
        File.CreateSymbolicLink(Path.Combine(folder, "libonnxruntime.so.1"), Path.Combine(libraries, "libonnxruntime.so"));
        using var compiler = Process.Start(new ProcessStartInfo(
            "cc", ["-O2", Path.Combine(AppContext.BaseDirectory, "Starting", "bare.c"), "-I", headers, "-L", libraries, "-lonnxruntime", "-Wl,-rpath," + folder, "-o", executable]))!;
        await compiler.WaitForExitAsync();
        return compiler.ExitCode == 0 ? new BareProgram(executable) : throw new InvalidOperationException("The C compiler did not compile bare.c.");
    }

    /// <summary>Starts it, waits for its features, and ends it.</summary>
    public async Task<Started> StartAsync(Bundle bundle, int features)
    {
        var input = bundle.Descriptor.Input;
        string[] arguments = [bundle.BackbonePath, "frame", "feature", .. ((int[])[input.Height, input.Width, input.Channels, features]).Select(number => number.ToString(CultureInfo.InvariantCulture))];
        var began = Stopwatch.GetTimestamp();
        using var process = Process.Start(new ProcessStartInfo(executable, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        await ExpectAsync(process, "first");
        var first = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        await ExpectAsync(process, "all");
        var memory = ResidentMemory.Of(process.Id);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        return new Started(first, memory);
    }

    private async Task ExpectAsync(Process process, string line)
    {
        if (await process.StandardOutput.ReadLineAsync() != line)
        {
            throw new InvalidOperationException($"{executable} did not run.");
        }
    }
}
