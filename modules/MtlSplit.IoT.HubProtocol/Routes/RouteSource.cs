namespace MtlSplit.IoT.HubProtocol.Routes;

/// <summary>
/// The FROM of a route: a path of which any message source that begins with it is part, ignoring case, whether or not it ends in
/// <c>*</c>. So <c>/messages/modules/m/*</c> takes what <c>m</c> sends from every output and from none. Immutable.
/// </summary>
public sealed record RouteSource
{
    private readonly string _prefix;

    internal RouteSource(string text)
    {
        Text = text;
        var path = (text.EndsWith('*') ? text[..^1] : text).TrimEnd('/');
        _prefix = $"{path}/";
    }

    /// <summary>The path as the route has it.</summary>
    public string Text { get; }

    /// <summary>Whether a message source (<see cref="MessageSources"/>) is part of it.</summary>
    public bool Matches(string messageSource) => messageSource.StartsWith(_prefix, StringComparison.OrdinalIgnoreCase);

    /// <summary>The path as the route has it.</summary>
    public override string ToString() => Text;
}
