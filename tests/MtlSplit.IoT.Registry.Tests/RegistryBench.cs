using System.Globalization;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using MtlSplit.IoT.Contracts.Bundles.Signatures;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Contracts.Heads;
using MtlSplit.IoT.Registry.Announcing;
using MtlSplit.IoT.Registry.Promoting;
using MtlSplit.IoT.Registry.Registering;
using MtlSplit.IoT.Registry.Tracing;
using MtlSplit.IoT.Storage.Files;

namespace MtlSplit.IoT.Registry.Tests;

/// <summary>A registry in a folder of its own, with heads whose ONNX files are a few bytes: nothing here runs them.</summary>
internal sealed class RegistryBench : IDisposable
{
    public const string Fleet = "north";
    public const string Task = "size";

    public static readonly ContractId Contract = ContractId.Of("a contract"u8);

    public static readonly AliasKey Key = new(Fleet, Contract, Task);

    public static readonly ChangeReason Reason = new("ann", "it is better");

    public string Data { get; } = Directory.CreateTempSubdirectory("mtlsplit-registry-").FullName;

    public FakeTimeProvider Time { get; } = new(DateTimeOffset.UnixEpoch.AddDays(20_000));

    public RegistryFolder Folder => new(Data);

    /// <summary>As consumers see it.</summary>
    public HeadStore Store => new(Data, Fleet);

    public ModelRegistry Open(TrustedKeys? trusted = null, IFileSystem? files = null, IChangeLog? log = null) => new(Data, Time, files ?? DiskFileSystem.Instance, trusted, log);

    public static HeadManifest Manifest(int number = 0) => new()
    {
        Task = Task,
        Classes = ["small", "large"],
        Contract = Contract.ToString(),
        Number = number,
        Sha256 = "",
        CreatedAt = 1_700_000_000_000_000,
        Metrics = new() { ["accuracy"] = 0.9 + (number / 1000.0) },
    };

    /// <summary>Registers a head that no run made.</summary>
    public RegisteredHead Head(string onnx, SigningKey? key = null) => Open().Register(Manifest(), Encoding.UTF8.GetBytes(onnx), key);

    /// <summary>Registers a run with a head.</summary>
    public RunOutcome Run(string onnx, string decision = RunManifest.Accepted, string parent = "h1-0", params FrameId[] frames) =>
        Run(Open(), onnx, decision, parent, frames);

    public RunOutcome Run(ModelRegistry registry, string onnx, string decision = RunManifest.Accepted, string parent = "h1-0", params FrameId[] frames) => registry.Register(
        new FinishedRun(
            new RunManifest
            {
                Fleet = Fleet,
                Contract = Contract.ToString(),
                Task = Task,
                At = Time.GetUtcNow().ToUnixTimeMilliseconds() * 1000,
                Parent = parent,
                Snapshot = "",
                TrainingSamples = frames.Length,
                HeldOutSamples = 0,
                Decision = decision,
                Reason = $"because of {onnx}",
                Report = "",
                Code = "0.1.0",
                Seed = ulong.MaxValue.ToString(CultureInfo.InvariantCulture),
            },
            Encoding.UTF8.GetBytes($$"""{"reason":"because of {{onnx}}"}"""),
            SnapshotFile.Write(Contract, Task, ["small", "large", onnx], [.. frames.Select(frame => new SnapshotFrame(frame, Fleet, "car-1", 5, "small", HeldOut: false))]))
        {
            Challenger = Manifest() with { Parent = parent },
            Onnx = Encoding.UTF8.GetBytes(onnx),
        });

    public void Dispose() => Directory.Delete(Data, recursive: true);
}
