using MtlSplit.IoT.OnnxAuthoring.Description;
using MtlSplit.IoT.Training.Weights;
using Xunit;

namespace MtlSplit.IoT.Training.Tests.Weights;

public sealed class TensorFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mtlsplit-test-");

    private string File => Path.Combine(_folder.FullName, "a.safetensors");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Read_OfAWrittenFile_GivesTheSame()
    {
        Write();
        var file = TensorFile.Read(File);

        Assert.Equal("grüße", file.Metadata["note"]);
        Assert.Equal([1f, float.MinValue, 3.5e-42f, -0f, 5, 6], file.Weights("net.").Require("a.weight", 2, 3).ToArray());
        Assert.Equal(["a.weight", "b"], file.Weights("net.").Names);
        Assert.Equal([7, 8, 9], file.Tensors["state"].Bytes.ToArray());
        Assert.Equal([File], Directory.GetFiles(_folder.FullName));
    }

    [Fact]
    public void Read_OfAFileCutAnywhere_IsRefusedByName()
    {
        Write();
        var bytes = System.IO.File.ReadAllBytes(File);
        for (var length = 0; length < bytes.Length; length++)
        {
            System.IO.File.WriteAllBytes(File, bytes[..length]);
            Assert.Contains(File, Assert.Throws<TensorFileException>(() => TensorFile.Read(File)).Message);
        }
    }

    [Fact]
    public void Read_OfAFileWithAnyByteChanged_NeverFailsOtherwise()
    {
        Write();
        var bytes = System.IO.File.ReadAllBytes(File);
        for (var i = 0; i < bytes.Length; i++)
        {
            var changed = (byte[])bytes.Clone();
            changed[i] ^= 0x5f;
            System.IO.File.WriteAllBytes(File, changed);
            var error = Record.Exception(() => TensorFile.Read(File));
            Assert.True(error is null or TensorFileException, $"byte {i}: {error}");
        }
    }

    [Fact]
    public void Read_OfAMissingFile_NamesIt() =>
        Assert.Equal(File, Assert.Throws<TensorFileException>(() => TensorFile.Read(File)).File);

    private void Write()
    {
        var weights = new NetworkWeights();
        weights.Add("a.weight", [2, 3], new float[] { 1, float.MinValue, 3.5e-42f, -0f, 5, 6 });
        weights.Add("b", [1], new float[] { 2 });
        var file = new TensorFile();
        file.Metadata["note"] = "grüße";
        file.Add("net.", weights);
        file.Tensors["state"] = new StoredTensor(TensorElement.U8, [3], new byte[] { 7, 8, 9 });
        file.Write(File);
    }
}
