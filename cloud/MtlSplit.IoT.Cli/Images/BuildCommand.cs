using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using MtlSplit.IoT.Contracts.Bundles.Signatures;
using MtlSplit.IoT.Hosting.Commands;
using MtlSplit.IoT.Hosting.Running;
using MtlSplit.IoT.Images;

namespace MtlSplit.IoT.Cli.Images;

/// <summary><c>mtlsplit image build</c>: the Backbone as an image of one or several platforms, in one file.</summary>
internal static partial class BuildCommand
{
    private const string Part = @"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*";

    public static Command Create()
    {
        var file = new Option<string>("--out") { HelpName = "FILE", Description = "The archive to write: an OCI image layout that docker load takes as well.", Required = true };
        file.Refuse(path => Directory.Exists(path) ? $"--out: {path} is a folder." : null);
        var platforms = new Option<string[]>("--platform") { HelpName = "RID", Description = $"What to build for: {string.Join(" or ", Platform.All)}; may be repeated. Both unless set." };
        platforms.Refuse(rids => rids?.FirstOrDefault(rid => Find(rid) is null) is { } unknown ? $"--platform: '{unknown}' is none of {string.Join(", ", Platform.All)}." : null);
        var name = new Option<string>("--name") { HelpName = "NAME", Description = "The image's name, with the registry if it goes to one.", DefaultValueFactory = _ => "mtlsplit/backbone" };
        name.Refuse(text => NamePattern().IsMatch(text ?? "") ? null : $"--name: '{text}' is no image's name: lower case letters, digits, '.', '_', '-' and '/', no tag.");
        var tag = new Option<string>("--tag") { HelpName = "TAG", Description = "Its tag. In an archive of several platforms older engines see it with -amd64 and -arm64 behind it.", DefaultValueFactory = _ => ImageBuild.OwnVersion };
        tag.Refuse(text => TagPattern().IsMatch(text ?? "") ? null : $"--tag: '{text}' is no tag: up to 128 letters, digits, '.', '_' and '-'.");
        var source = new Option<string?>("--source") { HelpName = "DIR", Description = "The checkout to build from; the one around this folder or around mtlsplit unless set." };
        var program = new Option<string?>("--program") { HelpName = "DIR", Description = "The Backbone as dotnet publish left it, instead of publishing it now. For one platform." };
        var packages = new Option<string?>("--packages") { HelpName = "DIR", Description = "Debian packages, in a folder for each architecture. What is not there is fetched into it; delete it to get newer ones. artifacts/images/packages of the checkout unless set." };
        var keys = new Option<string?>("--keys") { HelpName = "DIR", Description = "The public keys (*.pem) whose bundles the Backbone accepts, to take along; without them they have to be mounted at /etc/mtlsplit/keys." };
        var plain = new Option<bool>("--self-contained") { Description = "Take the runtime along instead of compiling ahead of time, even where a compiler is there." };
        var json = new Option<bool>("--json") { Description = "Print the outcome as JSON." };
        var command = new Command(
            "build",
            "Make the Backbone's image from its sources and Debian's libraries, without a container engine. The same sources and packages give the same digests; times come from SOURCE_DATE_EPOCH, else from the last commit.")
        {
            file, platforms, name, tag, source, program, packages, keys, plain, json,
        };
        command.SetAction((parsed, ct) => RunAsync(
            new ImageRequest
            {
                File = parsed.GetValue(file)!,
                Platforms = parsed.GetValue(platforms) is { Length: > 0 } rids ? [.. rids.Distinct().Select(rid => Find(rid)!)] : parsed.GetValue(program) is null ? Platform.All : [Platform.LinuxX64],
                Name = parsed.GetValue(name)!,
                Tag = parsed.GetValue(tag)!,
                Source = parsed.GetValue(source),
                Program = parsed.GetValue(program),
                Packages = parsed.GetValue(packages),
                Keys = parsed.GetValue(keys),
                MayCompile = !parsed.GetValue(plain),
            },
            parsed.GetValue(json),
            ct));
        return command.WithExamples(
            "mtlsplit image build --out dist/backbone.tar",
            "mtlsplit image build --out dist/backbone.tar --keys keys/trusted",
            "mtlsplit image build --out dist/backbone-amd64.tar --platform linux-x64 --name registry.example/backbone --tag 1.2.0 --json");
    }

    private static Platform? Find(string rid) => Platform.All.FirstOrDefault(platform => platform.Rid == rid);

    private static async Task<int> RunAsync(ImageRequest request, bool json, CancellationToken ct)
    {
        if (request.Program is not null && request.Platforms.Count != 1)
        {
            return await CommandLine.RefuseAsync("--program: a published program is for one platform; give one --platform.");
        }

        using var signals = new StopSignals(ct);
        try
        {
            var built = await new ImageBuild(request, TimeProvider.System, Console.Error.WriteLine).RunAsync(signals.Token);
            Console.WriteLine(json ? JsonSerializer.Serialize(built, ImagesJson.Default.BuiltArchive) : Describe(built));
            return ExitCode.Done;
        }
        catch (OperationCanceledException) when (signals.Token.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync($"stopped; {request.File} is as it was");
        }
        catch (Exception e) when (e is ImageException or KeyException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"error: {e.Message}");
        }

        return ExitCode.Failed;
    }

    private static string Describe(BuiltArchive built) => string.Join('\n', built.Images
        .Select(image => string.Create(CultureInfo.InvariantCulture, $"{image.Platform}: {image.Reference}, {image.Publication}, {image.Bytes / 1e6:F1} MB, {image.UnpackedBytes / 1e6:F1} MB unpacked, id {image.Id}"))
        .Append($"{built.File}: {built.Digest}")
        .Append($"docker load --input {built.File}"));

    // A first part with a dot or a port, or localhost, is a registry, which may be in capitals; everything after it is the path.
    [GeneratedRegex($@"^(?:(?:localhost|[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+|[A-Za-z0-9-]+(?=:))(?::[0-9]{{1,5}})?/)?{Part}(?:/{Part})*\z")]
    private static partial Regex NamePattern();

    [GeneratedRegex(@"^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}\z")]
    private static partial Regex TagPattern();
}
