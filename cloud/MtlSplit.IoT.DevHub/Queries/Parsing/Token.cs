namespace MtlSplit.IoT.DevHub.Queries.Parsing;

/// <summary>One token of a query.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">The word, the symbol, or the string without quotes and escapes.</param>
/// <param name="Number">The value of a number.</param>
/// <param name="Position">Where it starts, the first character being 1.</param>
internal readonly record struct Token(TokenKind Kind, string Text, double Number, int Position)
{
    /// <summary>Whether it is this keyword, in any case.</summary>
    public bool Is(string keyword) => Kind == TokenKind.Word && Text.Equals(keyword, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether it is this operator or bracket.</summary>
    public bool IsSymbol(string symbol) => Kind == TokenKind.Symbol && Text == symbol;

    /// <summary>How a message names it.</summary>
    public string Name => Kind == TokenKind.End ? "the end" : $"'{Text}'";
}
