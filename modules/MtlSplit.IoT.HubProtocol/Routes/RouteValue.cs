namespace MtlSplit.IoT.HubProtocol.Routes;

/// <summary>A value of the query language. What is undefined stays so in every operation but the few that ask for it.</summary>
internal readonly record struct RouteValue
{
    private RouteValue(RouteValueKind kind, double number, string? text)
    {
        Kind = kind;
        Number = number;
        Text = text;
    }

    public static RouteValue Undefined => default;

    public static RouteValue Null { get; } = new(RouteValueKind.Null, 0, null);

    public RouteValueKind Kind { get; }

    /// <summary>The number; 1 and 0 for true and false.</summary>
    public double Number { get; }

    public string? Text { get; }

    public bool IsTrue => Kind == RouteValueKind.Boolean && Number != 0;

    public bool IsFalse => Kind == RouteValueKind.Boolean && Number == 0;

    public static RouteValue Of(bool flag) => new(RouteValueKind.Boolean, flag ? 1 : 0, null);

    // Not a number is what the language calls undefined.
    public static RouteValue Of(double number) => double.IsNaN(number) ? Undefined : new(RouteValueKind.Number, number, null);

    public static RouteValue Of(string? text) => text is null ? Null : new(RouteValueKind.Text, 0, text);

    public static RouteValue Not(RouteValue value) => value.Kind == RouteValueKind.Boolean ? Of(!value.IsTrue) : Undefined;

    public static RouteValue And(RouteValue left, RouteValue right) =>
        left.IsFalse || right.IsFalse ? Of(false) : left.IsTrue && right.IsTrue ? Of(true) : Undefined;

    public static RouteValue Or(RouteValue left, RouteValue right) =>
        left.IsTrue || right.IsTrue ? Of(true) : left.IsFalse && right.IsFalse ? Of(false) : Undefined;

    public static RouteValue Equal(RouteValue left, RouteValue right, bool wanted) => left.Kind != right.Kind ? Undefined : left.Kind switch
    {
        RouteValueKind.Undefined => Undefined,
        RouteValueKind.Null => Of(wanted),
        RouteValueKind.Text => Of(string.Equals(left.Text, right.Text, StringComparison.Ordinal) == wanted),
        _ => Of((left.Number == right.Number) == wanted),
    };

    /// <summary>Compares two numbers or two texts (by code units); nothing else has an order.</summary>
    public static RouteValue Compare(RouteValue left, RouteValue right, Func<int, bool> holds) => (left.Kind, right.Kind) switch
    {
        (RouteValueKind.Number, RouteValueKind.Number) => Of(holds(left.Number.CompareTo(right.Number))),
        (RouteValueKind.Text, RouteValueKind.Text) => Of(holds(string.CompareOrdinal(left.Text, right.Text))),
        _ => Undefined,
    };

    public static RouteValue Calculate(RouteValue left, RouteValue right, Func<double, double, double> calculate) =>
        left.Kind == RouteValueKind.Number && right.Kind == RouteValueKind.Number ? Of(calculate(left.Number, right.Number)) : Undefined;

    public static RouteValue Concat(RouteValue left, RouteValue right) =>
        left.Kind == RouteValueKind.Text && right.Kind == RouteValueKind.Text ? Of(string.Concat(left.Text, right.Text)) : Undefined;
}
