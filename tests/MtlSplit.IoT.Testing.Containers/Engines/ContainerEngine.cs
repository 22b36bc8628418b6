using Docker.DotNet;
using Docker.DotNet.Models;
using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Configurations;
using DotNet.Testcontainers.Images;
using Microsoft.Extensions.Logging.Abstractions;
using MtlSplit.IoT.Testing.Waiting;

namespace MtlSplit.IoT.Testing.Containers.Engines;

/// <summary>A real container engine: one of our own, or the one that <c>DOCKER_HOST</c> names. Disposing ends the former and takes what was loaded out of the latter.</summary>
public sealed class ContainerEngine : IAsyncDisposable
{
    private static readonly TimeSpan CallLimit = TimeSpan.FromMinutes(2);

    private readonly PrivateEngine? _own;
    private readonly List<string> _loaded = [];

    private ContainerEngine(PrivateEngine? own, string socket, DockerClient client) => (_own, Socket, Client) = (own, socket, client);

    /// <summary>The path of its socket.</summary>
    public string Socket { get; }

    /// <summary>Its API.</summary>
    public DockerClient Client { get; }

    /// <summary>Starts one, or finds the one that is there. Whether there can be one is asked before: <see cref="EngineSupport"/>.</summary>
    /// <exception cref="InvalidOperationException">It does not start; says why.</exception>
    public static async Task<ContainerEngine> StartAsync(CancellationToken ct)
    {
        var own = EngineSupport.GivenSocket is null ? await PrivateEngine.StartAsync(EngineSupport.Program!, ct) : null;
        try
        {
            var socket = own?.Socket ?? EngineSupport.GivenSocket!;
            using var any = ClientOf(socket).Build();
            var about = await Expect.WithinAsync(any.System.GetVersionAsync(ct), "the container engine answers", CallLimit);
            // Testcontainers would speak a newer version than Debian's engine knows, and fetch an image of its own to clean up after it.
            Environment.SetEnvironmentVariable("DOCKER_API_VERSION", about.APIVersion);
            TestcontainersSettings.ResourceReaperEnabled = false;
            return new ContainerEngine(own, socket, ClientOf(socket).WithApiVersion(System.Version.Parse(about.APIVersion)).Build());
        }
        catch
        {
            await (own?.DisposeAsync() ?? ValueTask.CompletedTask);
            throw;
        }
    }

    /// <summary>Loads an archive of images, as <c>docker load</c> does.</summary>
    /// <param name="archive">The file.</param>
    /// <param name="reference">The image in it.</param>
    /// <param name="ct">Ends it.</param>
    public async Task<ImageInspectResponse> LoadAsync(string archive, string reference, CancellationToken ct)
    {
        await using var content = File.OpenRead(archive);
        await Expect.WithinAsync(Client.Images.LoadImageAsync(new ImageLoadParameters(), content, new Progress<JSONMessage>(), ct), $"{reference} is loaded", CallLimit);
        _loaded.Add(reference);
        return await Client.Images.InspectImageAsync(reference, ct);
    }

    /// <summary>A container of an image that was loaded, on this machine's network.</summary>
    /// <param name="reference">The image.</param>
    public ContainerBuilder Run(string reference) => new ContainerBuilder(reference)
        .WithDockerEndpoint(new Uri($"unix://{Socket}"))
        .WithImagePullPolicy(PullPolicy.Never)
        .WithLogger(NullLogger.Instance)
        .WithCreateParameterModifier(static parameters => parameters.HostConfig!.NetworkMode = "host");

    /// <summary>All containers with a label, running or not.</summary>
    /// <param name="label">The label, <c>name=value</c>.</param>
    public Task<IList<ContainerListResponse>> FindAsync(string label) => Client.Containers.ListContainersAsync(new ContainersListParameters
    {
        All = true,
        Filters = new Dictionary<string, IDictionary<string, bool>> { ["label"] = new Dictionary<string, bool> { [label] = true } },
    });

    public async ValueTask DisposeAsync()
    {
        if (_own is null)
        {
            foreach (var image in _loaded)
            {
                await Client.Images.DeleteImageAsync(image, new ImageDeleteParameters { Force = true });
            }
        }

        Client.Dispose();
        await (_own?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    private static DockerClientBuilder ClientOf(string socket) => new DockerClientBuilder().WithEndpoint(new Uri($"unix://{socket}")).WithTimeout(CallLimit);
}
