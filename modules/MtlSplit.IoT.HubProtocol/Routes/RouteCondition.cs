using System.Diagnostics.CodeAnalysis;
using MtlSplit.IoT.HubProtocol.Messages;

namespace MtlSplit.IoT.HubProtocol.Routes;

/// <summary>
/// The WHERE of a route, in the hub's query language. Names alone are the application's properties, <c>$name</c> a system property,
/// <c>$body.a.b[0]</c> a part of a JSON body, <c>{any name}</c> a name with characters that need it. What a message lacks is
/// <em>undefined</em>: it makes whatever it takes part in undefined, except that <c>false AND</c> is false and <c>true OR</c> true. Only
/// a condition that is true takes the message. Values of different kinds do not compare (undefined); a property is text, so
/// numbers need <c>as_number(p) &gt; 5</c>. From strongest to weakest: <c>-</c> (sign), <c>* / %</c>, <c>+ - ||</c>, <c>??</c>,
/// <c>&lt; &lt;= &gt; &gt;=</c>, <c>= != &lt;&gt;</c>, <c>NOT</c>, <c>AND</c>, <c>OR</c>. A minus between names needs white space, because names may hold one.
/// Immutable and safe to share.
/// </summary>
public sealed class RouteCondition
{
    private readonly Func<RouteScope, RouteValue> _evaluate;

    internal RouteCondition(string text, Func<RouteScope, RouteValue> evaluate)
    {
        Text = text;
        _evaluate = evaluate;
    }

    /// <summary>Takes every message.</summary>
    public static RouteCondition Always { get; } = new("true", _ => RouteValue.Of(true));

    /// <summary>The condition as it was written.</summary>
    public string Text { get; }

    /// <summary>Reads a condition.</summary>
    /// <exception cref="RouteException">It is none; names the column.</exception>
    public static RouteCondition Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new RouteParser(text).Condition();
    }

    /// <summary>Reads a condition; the fault names the column.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out RouteCondition? condition, [NotNullWhen(false)] out string? fault)
    {
        try
        {
            condition = Parse(text ?? "");
            fault = null;
            return true;
        }
        catch (RouteException exception)
        {
            condition = null;
            fault = exception.Message;
            return false;
        }
    }

    /// <summary>Whether the condition is true of a message. Never throws.</summary>
    public bool Evaluate(HubMessage message) => Evaluate(new RouteScope(message));

    /// <summary>Whether the condition is true of a message. Never throws.</summary>
    public bool Evaluate(RouteScope scope) => _evaluate(scope).IsTrue;

    /// <summary>The condition as it was written.</summary>
    public override string ToString() => Text;
}
