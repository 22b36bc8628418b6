using MtlSplit.IoT.Images.Tools;

namespace MtlSplit.IoT.Images.Programs;

/// <summary>Has the SDK publish a project of a checkout for a platform.</summary>
/// <param name="top">The checkout's top folder.</param>
/// <param name="time">The clock.</param>
/// <param name="say">Told what is being done.</param>
public sealed class ProgramPublisher(string top, TimeProvider time, Action<string> say)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(8);
    private static readonly TimeSpan Question = TimeSpan.FromSeconds(10);

    /// <summary>Publishes, ahead of time where there is a compiler for it.</summary>
    /// <param name="project">The project's folder, from the top.</param>
    /// <param name="platform">What for.</param>
    /// <param name="mayCompile">Whether it may be ahead of time.</param>
    /// <param name="folder">Where the program goes.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="ImageException">It does not publish; says what the SDK said.</exception>
    public async Task<Publication> PublishAsync(string project, Platform platform, bool mayCompile, string folder, CancellationToken ct)
    {
        var compiler = mayCompile ? await CompilerSettingsAsync(platform, ct) : null;
        say(compiler is null ? $"publishing {project} for {platform} with the runtime beside it" : $"compiling {project} for {platform} ahead of time");
        // Without the paths of this checkout and the time in it, the same sources give the same program.
        string[] arguments = ["publish", project, "-c", "Release", "-r", platform.Rid, "-v", "q", "--nologo", "-o", folder, "-p:ContinuousIntegrationBuild=true", "--disable-build-servers", .. compiler ?? ["--self-contained"]];
        // What the SDK complains of stands in its standard output.
        var said = "";
        try
        {
            await Tool.RunAsync("dotnet", arguments, Limit, time, async (output, token) => said = await new StreamReader(output).ReadToEndAsync(token), ct, top);
        }
        catch (ImageException e) when (said.Length > 0)
        {
            throw new ImageException($"{e.Message}\n{said.Trim()}", e);
        }

        return compiler is null ? Publication.SelfContained : Publication.AheadOfTime;
    }

    // For this machine any C compiler will do, for another one it takes a GCC that is made for it, with its C library.
    private async Task<string[]?> CompilerSettingsAsync(Platform platform, CancellationToken ct)
    {
        if (platform.IsThisMachine)
        {
            return (Tool.Find("clang") ?? Tool.Find("gcc")) is null ? null : ["-p:PublishAot=true"];
        }

        var (compiler, copier) = ($"{platform.Triplet}-gcc", $"{platform.Triplet}-objcopy");
        if (Tool.Find(compiler) is null || Tool.Find(copier) is null)
        {
            return null;
        }

        var start = (await Tool.RunAsync(compiler, ["-print-file-name=Scrt1.o"], Question, time, ct)).Trim();
        return Path.IsPathRooted(start) && File.Exists(start) ? ["-p:PublishAot=true", $"-p:CppCompilerAndLinker={compiler}", $"-p:ObjCopyName={copier}"] : null;
    }
}
