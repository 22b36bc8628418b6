using Xunit;

namespace MtlSplit.IoT.Architecture.Tests.Repository;

/// <summary>What a rule found wrong.</summary>
internal static class Faults
{
    /// <summary>Fails with every line; passes if there is none.</summary>
    public static void None(IEnumerable<string> faults)
    {
        string[] lines = [.. faults];
        Assert.True(lines.Length == 0, string.Join('\n', lines));
    }
}
