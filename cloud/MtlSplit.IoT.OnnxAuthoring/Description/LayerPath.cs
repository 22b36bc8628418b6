namespace MtlSplit.IoT.OnnxAuthoring.Description;

/// <summary>Paths of layers and names of parameters.</summary>
public static class LayerPath
{
    /// <summary>The path of a child: <paramref name="parent"/>, a dot, <paramref name="name"/>; the name alone under a root.</summary>
    /// <param name="parent">The parent's path; empty for a root.</param>
    /// <param name="name">The child's name.</param>
    public static string Join(string parent, string name)
    {
        ArgumentNullException.ThrowIfNull(parent);
        return parent.Length == 0 ? name : $"{parent}.{name}";
    }
}
