using MtlSplit.IoT.EdgeRuntime.Running.Containers;
using Xunit;

namespace MtlSplit.IoT.EdgeRuntime.Tests.Running;

/// <summary>Which container a process is in, as Linux writes it under different engines.</summary>
public sealed class ContainerProcessTests : IDisposable
{
    private const string Container = "3b0fb33b0b3c9e5b7a4b7a0f6c3c1c6f6f2a1d1b9f2d2c4b6d8e0f1a2b3c4d5e";
    private const string Other = "00000000000000000000000000000000000000000000000000000000000000ff";

    private readonly DirectoryInfo _processes = Directory.CreateTempSubdirectory("er-cg-");

    public void Dispose() => _processes.Delete(recursive: true);

    [Theory]
    [InlineData($"0::/docker/{Container}", true)]
    [InlineData($"12:pids:/docker/{Container}\n0::/", true)]
    [InlineData($"0::/system.slice/docker-{Container}.scope", true)]
    [InlineData($"0::/machine.slice/libpod-{Container}.scope/container", true)]
    [InlineData($"0::/docker/{Other}", false)]
    [InlineData($"0::/docker/{Container}0", false)]
    [InlineData("0::/user.slice", false)]
    [InlineData("", false)]
    public void Process_IsInTheContainerOfItsGroup(string groups, bool isIn)
    {
        File.WriteAllText(Path.Combine(_processes.CreateSubdirectory("17").FullName, "cgroup"), groups + "\n");

        Assert.Equal(isIn, ContainerProcess.IsIn(17, Container, _processes.FullName));
    }

    [Fact]
    public void Process_ThatIsGone_IsInNone() => Assert.False(ContainerProcess.IsIn(17, Container, _processes.FullName));
}
