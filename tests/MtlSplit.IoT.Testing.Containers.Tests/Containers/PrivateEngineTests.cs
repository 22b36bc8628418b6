using System.Diagnostics;
using Docker.DotNet;
using Docker.DotNet.Models;
using MtlSplit.IoT.Testing.Containers.Engines;
using MtlSplit.IoT.Testing.Containers.Images;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.Testing.Containers.Tests.Containers;

/// <summary>What is left of an engine: nothing, whatever ended whoever started it.</summary>
public sealed class PrivateEngineTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly DirectoryInfo _folder;

    public PrivateEngineTests()
    {
        Assert.SkipWhen(EngineSupport.GivenSocket is not null || EngineSupport.WhyNot() is not null, EngineSupport.WhyNot() ?? "DOCKER_HOST names an engine, so none is started");
        _folder = Directory.CreateTempSubdirectory("mtlsplit-guarded-");
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Engine_WhoseStarterIsKilled_EndsWithItsContainersAndLeavesNothing()
    {
        var engine = _folder.CreateSubdirectory("engine").FullName;
        var fifo = Path.Combine(_folder.FullName, "fifo");
        using (var make = Process.Start("mkfifo", [fifo]))
        {
            await make.WaitForExitAsync(Ct);
        }

        // One process holds the end of the guard's standard input, as the tests' process does, and is killed.
        using var starter = Process.Start("bash", ["-c", "exec sleep 100000 >\"$0\"", fifo]);
        using var guard = Process.Start("setsid", ["bash", "-c", "exec bash \"$0\" \"$1\" \"$2\" <\"$3\"", Path.Combine(AppContext.BaseDirectory, "Engines", "guard.sh"), engine, EngineSupport.Program!, fifo]);
        try
        {
            var inside = await RunContainerAsync(engine);
            Assert.True(Directory.Exists($"/proc/{inside}"));
            Assert.NotEmpty(Mounts(engine));

            starter.Kill();

            await Expect.WithinAsync(guard.WaitForExitAsync(Ct), "the guard ends", Patience);
            Assert.False(Directory.Exists($"/proc/{inside}"));
            Assert.Empty(Mounts(engine));
            Assert.False(Directory.Exists(engine));
            await Expect.UntilAsync(() => Processes(engine).Count == 0, $"no process of {engine} is left");
        }
        finally
        {
            starter.Kill();
            await guard.WaitForExitAsync(CancellationToken.None);
        }
    }

    [Fact]
    public async Task Engine_ThatDoesNotStart_SaysWhyAndLeavesNothing()
    {
        var broken = Path.Combine(_folder.FullName, "dockerd");
        await File.WriteAllTextAsync(broken, "#!/bin/sh\necho \"$2\" >\"$(dirname \"$0\")/data\"\necho 'no room on the disk'\nexit 1\n", Ct);
        using (var make = Process.Start("chmod", ["+x", broken]))
        {
            await make.WaitForExitAsync(Ct);
        }

        var fault = await Assert.ThrowsAsync<InvalidOperationException>(() => PrivateEngine.StartAsync(broken, Ct));

        Assert.Contains("no room on the disk", fault.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.GetDirectoryName((await File.ReadAllTextAsync(Path.Combine(_folder.FullName, "data"), Ct)).Trim())));
    }

    /// <summary>A container of an engine that is starting; gives its process.</summary>
    private async Task<long> RunContainerAsync(string engine)
    {
        var archive = Path.Combine(_folder.FullName, "image.tar");
        await MosquittoImage.BuildAsync(archive, Ct);
        await Expect.UntilAsync(() => File.Exists(Path.Combine(engine, "docker.sock")), "the engine listens", Patience);
        using var client = new DockerClientBuilder().WithEndpoint(new Uri($"unix://{engine}/docker.sock")).Build();
        await using var content = File.OpenRead(archive);
        await client.Images.LoadImageAsync(new ImageLoadParameters(), content, new Progress<JSONMessage>(), Ct);
        var made = await client.Containers.CreateContainerAsync(new CreateContainerParameters { Image = MosquittoImage.Reference, HostConfig = new HostConfig { NetworkMode = "none" } }, Ct);
        await client.Containers.StartContainerAsync(made.ID, new ContainerStartParameters(), Ct);
        return (await client.Containers.InspectContainerAsync(made.ID, Ct)).State!.Pid;
    }

    private static List<string> Mounts(string folder) => [.. File.ReadLines("/proc/self/mounts").Where(line => line.Split(' ')[1].StartsWith(folder, StringComparison.Ordinal))];

    private static List<string> Processes(string folder) => [.. Directory.GetDirectories("/proc").Where(process => CommandLine(process).Contains(folder, StringComparison.Ordinal))];

    private static string CommandLine(string process)
    {
        try
        {
            return char.IsAsciiDigit(Path.GetFileName(process)[0]) ? File.ReadAllText(Path.Combine(process, "cmdline")) : "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
