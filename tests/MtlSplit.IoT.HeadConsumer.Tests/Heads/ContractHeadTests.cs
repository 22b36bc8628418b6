using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Contracts.Heads;
using MtlSplit.IoT.HeadConsumer.Heads;
using MtlSplit.IoT.HeadConsumer.Tests.Process;
using MtlSplit.IoT.Inference.Encoding;
using MtlSplit.IoT.Testing.Bundles;
using Xunit;

namespace MtlSplit.IoT.HeadConsumer.Tests.Heads;

public sealed class ContractHeadTests : IDisposable
{
    private const string TaskName = "object_size";
    private const int Batch = 4;

    private readonly TinyBundle _tiny = TinyBundle.Create();
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("mtlsplit-head-");

    public void Dispose()
    {
        _tiny.Dispose();
        _data.Delete(recursive: true);
    }

    [Fact]
    public void Batches_DecodedIntoTheHeadInUse_AllocateNothingPerFeature()
    {
        var release = new HeadStore(_data.FullName, "test", BundleCatalog.Load(_tiny.ModelsFolder)).Current(_tiny.Bundle.Contract, TaskName)!;
        using var head = new ContractHead(_tiny.Bundle.Descriptor, WarmHead.Load(release, _tiny.Bundle.Descriptor.Feature.Length, Batch), now: 0);
        using var vehicle = new TestVehicle("test", "car-1", _tiny.Bundle);
        var tensors = Enumerable.Range(0, Batch).Select(vehicle.Tensor).ToArray();
        Assert.Equal(Batch, Answer(head, tensors));

        var (before, answers) = (GC.GetAllocatedBytesForCurrentThread(), 0);
        for (var run = 0; run < 1000; run++)
        {
            answers += Answer(head, tensors);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(1000 * Batch, answers);
    }

    /// <summary>One run as the consumer does it. Returns how many rows are distributions.</summary>
    private static int Answer(ContractHead head, byte[][] tensors)
    {
        using var lease = head.Slot.Acquire();
        var session = lease.Value.Session;
        for (var row = 0; row < tensors.Length; row++)
        {
            if (head.Decoder.TryDecode(TestVehicle.Exact, tensors[row], session.FeatureAt(row)) != DecodeFault.None)
            {
                return 0;
            }
        }

        session.Run(tensors.Length);
        var answers = 0;
        for (var row = 0; row < tensors.Length; row++)
        {
            var sum = 0f;
            foreach (var probability in session.ProbabilitiesAt(row))
            {
                sum += probability;
            }

            answers += Math.Abs(sum - 1) < 1e-4f ? 1 : 0;
        }

        return answers;
    }
}
