using System.Runtime.InteropServices;

namespace MtlSplit.IoT.Training.Native;

/// <summary>
/// Loads the native training engine. Must run before anything touches TorchSharp; every type of this library that does calls it.
/// </summary>
/// <remarks>
/// TorchSharp's native part is built against libstdc++ 13 and does not load where the host's is older (Debian 12, Ubuntu 22.04). One
/// symbol asks for the newer version, and only initialises the C++ streams, which libtorch has done by then. On such hosts a private
/// copy without that import is loaded in its place. Thread-safe; the work is done once a process.
/// </remarks>
public static class TorchRuntime
{
    private const string Wrapper = "libLibTorchSharp.so";
    private const string NewerVersion = "GLIBCXX_3.4.32";
    private const string HostVersion = "GLIBCXX_3.4.30";
    private const string NewerSymbol = "_ZSt21ios_base_library_initv";
    private const string Substitute = "_ZN3c108GradMode10is_enabledEv";

    private static readonly Lazy<TorchRuntimeSource> Loaded = new(Load);

    /// <summary>Loads the engine if this process has not done so yet.</summary>
    /// <returns>Which library serves this process.</returns>
    /// <exception cref="TorchLoadException">A library is missing or does not load.</exception>
    public static TorchRuntimeSource EnsureLoaded() => Loaded.Value;

    /// <summary>Whether the host's C++ library lacks what TorchSharp's native part asks for.</summary>
    internal static bool HostIsOlder()
    {
        if (!NativeLibrary.TryLoad("libstdc++.so.6", out var host))
        {
            throw new TorchLoadException("libstdc++.so.6 is not installed; install the C++ runtime (libstdc++6).");
        }

        return !NativeLibrary.TryGetExport(host, NewerSymbol, out _);
    }

    /// <summary>The patched form of TorchSharp's native part.</summary>
    internal static byte[] Patch(byte[] library) =>
        NativeLibraryPatch.Apply(library, NewerVersion, HostVersion, NewerSymbol, Substitute);

    /// <summary>The folder that holds the native libraries.</summary>
    internal static string FindFolder()
    {
        var listed = (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        string[] folders = [.. listed, Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native"), AppContext.BaseDirectory];
        return folders.FirstOrDefault(f => File.Exists(Path.Combine(f, Wrapper)))
            ?? throw new TorchLoadException($"{Wrapper} is in none of: {string.Join(", ", folders)}.");
    }

    private static TorchRuntimeSource Load()
    {
        WaitWithoutSpinning();
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64 || !HostIsOlder())
        {
            return TorchRuntimeSource.Packaged;
        }

        var folder = FindFolder();
        var gomp = Directory.EnumerateFiles(folder, "libgomp*.so*").Order(StringComparer.Ordinal).FirstOrDefault()
            ?? throw new TorchLoadException($"{folder} holds no libgomp.");
        foreach (var library in new[] { gomp, Path.Combine(folder, "libc10.so"), Path.Combine(folder, "libtorch_cpu.so"), Path.Combine(folder, "libtorch.so") })
        {
            LoadByPath(library);
        }

        LoadCopy(Path.Combine(folder, Wrapper));
        return TorchRuntimeSource.Patched;
    }

    /// <summary>
    /// The engine's threads wait for each other after every operation, and spin while they do. Where anything else runs on the machine the
    /// spinning thread takes the processor that the other one waits for: training beside a running loop took 70 s instead of 9 s. A value
    /// that the user has set stays.
    /// </summary>
    private static void WaitWithoutSpinning()
    {
        if (!OperatingSystem.IsWindows())
        {
            // The library reads the native environment, which Environment.SetEnvironmentVariable does not change.
            _ = SetEnvironment("OMP_WAIT_POLICY", "passive", 0);
        }
    }

    [DllImport("libc", EntryPoint = "setenv", BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetEnvironment([MarshalAs(UnmanagedType.LPStr)] string name, [MarshalAs(UnmanagedType.LPStr)] string value, int overwrite);

    private static void LoadCopy(string original)
    {
        try
        {
            if (PatchedLibraryCache.DefaultFolder is { } cache)
            {
                LoadByPath(new PatchedLibraryCache(cache).Get(original, Patch));
                return;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A read-only home is no reason not to train: the copy below lives only until it is mapped.
        }
        catch (InvalidDataException e)
        {
            throw new TorchLoadException($"{original} cannot be adapted to this host's older libstdc++: {e.Message}", e);
        }

        var temporary = Directory.CreateTempSubdirectory("mtlsplit-native-");
        try
        {
            LoadByPath(new PatchedLibraryCache(temporary.FullName).Get(original, Patch));
        }
        finally
        {
            temporary.Delete(recursive: true);
        }
    }

    private static void LoadByPath(string path)
    {
        try
        {
            NativeLibrary.Load(path);
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            throw new TorchLoadException($"{path} does not load: {e.Message}", e);
        }
    }
}
