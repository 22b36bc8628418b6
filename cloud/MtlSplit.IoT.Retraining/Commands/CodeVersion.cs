using System.Reflection;

namespace MtlSplit.IoT.Retraining.Commands;

/// <summary>Which code this is.</summary>
internal static class CodeVersion
{
    /// <summary>The version and, where the build knew it, the commit.</summary>
    public static string Current { get; } =
        typeof(CodeVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
}
