namespace MtlSplit.IoT.DevHub.Certificates;

/// <summary>By which names the hub is dialled.</summary>
internal static class HostNames
{
    /// <summary>All of them, the hub's own first.</summary>
    /// <param name="hubName">The hub's name.</param>
    /// <param name="others">Names and addresses that its user gave.</param>
    public static IReadOnlyList<string> Of(string hubName, IEnumerable<string> others) =>
        [.. others.Prepend(hubName).Append("localhost").Append(Environment.MachineName).Append("127.0.0.1").Append("::1").Where(name => name.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase)];
}
