using System.Runtime.InteropServices;

namespace MtlSplit.IoT.Images;

/// <summary>What an image runs on, in the words of everybody who takes part. Immutable.</summary>
/// <param name="Rid">.NET's word.</param>
/// <param name="Architecture">The word of OCI images and of Debian, which agree.</param>
/// <param name="Triplet">The word of compilers, and of the folders of libraries.</param>
/// <param name="ElfMachine">The number in the head of its programs.</param>
public sealed record Platform(string Rid, string Architecture, string Triplet, int ElfMachine)
{
    /// <summary>64-bit Intel and AMD.</summary>
    public static Platform LinuxX64 { get; } = new("linux-x64", "amd64", "x86_64-linux-gnu", 62);

    /// <summary>64-bit Arm.</summary>
    public static Platform LinuxArm64 { get; } = new("linux-arm64", "arm64", "aarch64-linux-gnu", 183);

    /// <summary>All that images are made for.</summary>
    public static IReadOnlyList<Platform> All { get; } = [LinuxX64, LinuxArm64];

    /// <summary>Whether this process runs on it.</summary>
    public bool IsThisMachine => RuntimeInformation.ProcessArchitecture == (this == LinuxArm64 ? System.Runtime.InteropServices.Architecture.Arm64 : System.Runtime.InteropServices.Architecture.X64);

    /// <inheritdoc/>
    public override string ToString() => Rid;
}
