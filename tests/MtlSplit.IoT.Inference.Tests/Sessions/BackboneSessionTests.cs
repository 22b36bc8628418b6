using MtlSplit.IoT.Inference.Sessions;
using MtlSplit.IoT.Inference.Tests.Bundles;
using Xunit;

namespace MtlSplit.IoT.Inference.Tests.Sessions;

public sealed class BackboneSessionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Run_OfDifferentFrames_GivesDifferentFeaturesAndTheSameAgain()
    {
        using var session = Load();
        new Random(1).NextBytes(session.Frame);
        var first = session.Run().ToArray();
        new Random(2).NextBytes(session.Frame);
        var second = session.Run().ToArray();
        new Random(1).NextBytes(session.Frame);

        Assert.Equal(60, first.Length);
        Assert.NotEqual(first, second);
        Assert.Equal(first, session.Run().ToArray());
    }

    [Fact]
    public void Session_HasNoThreadsButItsCallers()
    {
        const int Sessions = 40;
        var sessions = new List<BackboneSession>();
        try
        {
            using var process = System.Diagnostics.Process.GetCurrentProcess();
            var before = process.Threads.Count;
            for (var i = 0; i < Sessions; i++)
            {
                sessions.Add(Load());
                sessions[^1].Run();
            }

            // Other tests may start a few meanwhile; with a pool of its own, each session would have at least one.
            process.Refresh();
            Assert.InRange(process.Threads.Count - before, int.MinValue, Sessions / 2);
        }
        finally
        {
            sessions.ForEach(session => session.Dispose());
        }
    }

    [Fact]
    public void Run_OnceWarm_AllocatesNothing()
    {
        using var session = Load();
        session.Run();

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            session.Frame[0] = (byte)i;
            session.Run();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Load_OfAMissingFile_NamesIt()
    {
        var exception = Assert.Throws<InferenceModelException>(() => BackboneSession.Load("/nowhere/backbone.onnx", TestModels.Descriptor));

        Assert.Equal("/nowhere/backbone.onnx", exception.File);
        Assert.Contains("no such file", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(900)]
    public void Load_OfATruncatedFile_NamesIt(int length)
    {
        var path = _folder.Write("cut.onnx", TestModels.BackboneFile().AsSpan(0, length));

        Assert.Contains("cut.onnx", Assert.Throws<InferenceModelException>(() => BackboneSession.Load(path, TestModels.Descriptor)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OfAHead_SaysWhichInputIsMissing()
    {
        var path = _folder.Write("head.onnx", TestModels.HeadFile());

        var message = Assert.Throws<InferenceModelException>(() => BackboneSession.Load(path, TestModels.Descriptor)).Message;

        Assert.Contains("no input 'frame'; its inputs are 'feature'", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_ForAnotherFrameSize_NamesTensorExpectedAndFound()
    {
        var path = _folder.Write("backbone.onnx", TestModels.BackboneFile());

        var exception = Assert.Throws<InferenceModelException>(() => BackboneSession.Load(path, TestModels.Contract([5, 3, 4], width: 9)));

        Assert.Equal(("frame", "UInt8 [N, 6, 9, 3]", "UInt8 [N, 6, 8, 3]"), (exception.Tensor, exception.Expected, exception.Found));
    }

    [Fact]
    public void Load_ForAnotherFeature_NamesTensorExpectedAndFound()
    {
        var path = _folder.Write("backbone.onnx", TestModels.BackboneFile());

        var exception = Assert.Throws<InferenceModelException>(() => BackboneSession.Load(path, TestModels.Contract([5, 12])));

        Assert.Equal(("feature", "Float [N, 5, 12]", "Float [N, 5, 3, 4]"), (exception.Tensor, exception.Expected, exception.Found));
    }

    public void Dispose() => _folder.Dispose();

    private BackboneSession Load() => BackboneSession.Load(_folder.Write("backbone.onnx", TestModels.BackboneFile()), TestModels.Descriptor);
}
