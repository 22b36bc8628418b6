using System.Globalization;
using System.Text;

namespace MtlSplit.IoT.DevHub.Queries.Parsing;

/// <summary>Cuts a query into tokens.</summary>
internal ref struct Tokenizer(string text, bool singleQuotesOnly)
{
    // Far above any sensible query. Each operator may be one more level of the tree that is walked by recursion, and a thread's stack has room
    // for several times as many.
    private const int MostTokens = 2000;

    private static readonly string[] Symbols = ["!=", "<>", "<=", ">=", "=", "<", ">", "(", ")", "[", "]", ",", ".", "+", "-", "*", "/", "%"];

    private int _at;

    /// <summary>All tokens, the last one being the end.</summary>
    /// <exception cref="QueryException">A character or a literal that is none.</exception>
    public static IReadOnlyList<Token> Read(string text, bool singleQuotesOnly)
    {
        var tokenizer = new Tokenizer(text, singleQuotesOnly);
        List<Token> tokens = [];
        do
        {
            if (tokens.Count == MostTokens)
            {
                throw new QueryException($"there are more than {MostTokens} words and symbols", tokenizer._at + 1);
            }

            tokens.Add(tokenizer.Next(afterDot: tokens.Count > 0 && tokens[^1].IsSymbol(".")));
        }
        while (tokens[^1].Kind != TokenKind.End);
        return tokens;
    }

    private static bool StartsWord(char c) => char.IsAsciiLetter(c) || c is '_' or '$';

    private static bool ContinuesWord(char c) => StartsWord(c) || char.IsAsciiDigit(c);

    private Token Next(bool afterDot)
    {
        while (_at < text.Length && char.IsWhiteSpace(text[_at]))
        {
            _at++;
        }

        var start = _at;
        if (start == text.Length)
        {
            return new Token(TokenKind.End, "", 0, start + 1);
        }

        var first = text[start];
        if (StartsWord(first))
        {
            while (_at < text.Length && ContinuesWord(text[_at]))
            {
                _at++;
            }

            return new Token(TokenKind.Word, text[start.._at], 0, start + 1);
        }

        if (afterDot && text.AsSpan(start).StartsWith("[["))
        {
            return Escaped(start);
        }

        if (char.IsAsciiDigit(first))
        {
            return Number(start);
        }

        return first is '\'' or '"' ? Text(start) : Symbol(start);
    }

    private Token Escaped(int start)
    {
        var end = text.IndexOf("]]", start, StringComparison.Ordinal);
        if (end <= start + 2)
        {
            throw new QueryException(end < 0 ? "'[[' is not closed by ']]'" : "'[[]]' names nothing", start + 1);
        }

        _at = end + 2;
        return new Token(TokenKind.Escaped, text[(start + 2)..end], 0, start + 1);
    }

    private Token Number(int start)
    {
        if (text[start] == '0' && start + 1 < text.Length && text[start + 1] is 'x' or 'X')
        {
            _at = start + 2;
            while (_at < text.Length && char.IsAsciiHexDigit(text[_at]))
            {
                _at++;
            }

            var digits = text.AsSpan(start + 2, _at - start - 2);
            RefuseTail(start);
            return ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var whole)
                ? new Token(TokenKind.Number, text[start.._at], whole, start + 1)
                : throw new QueryException($"'{text[start.._at]}' is not a number", start + 1);
        }

        SkipDigits();
        if (_at + 1 < text.Length && text[_at] == '.' && char.IsAsciiDigit(text[_at + 1]))
        {
            _at++;
            SkipDigits();
        }

        if (_at < text.Length && text[_at] is 'e' or 'E')
        {
            var exponent = _at + 1;
            exponent += exponent < text.Length && text[exponent] is '+' or '-' ? 1 : 0;
            if (exponent < text.Length && char.IsAsciiDigit(text[exponent]))
            {
                _at = exponent;
                SkipDigits();
            }
        }

        RefuseTail(start);
        var value = double.Parse(text.AsSpan(start, _at - start), NumberStyles.Float, CultureInfo.InvariantCulture);
        return double.IsFinite(value)
            ? new Token(TokenKind.Number, text[start.._at], value, start + 1)
            : throw new QueryException($"'{text[start.._at]}' is too large", start + 1);
    }

    private void SkipDigits()
    {
        while (_at < text.Length && char.IsAsciiDigit(text[_at]))
        {
            _at++;
        }
    }

    private readonly void RefuseTail(int start)
    {
        if (_at < text.Length && ContinuesWord(text[_at]))
        {
            throw new QueryException($"'{text[start..(_at + 1)]}' is neither a number nor a name; a segment of a path that starts with a digit is written in double brackets", start + 1);
        }
    }

    private Token Text(int start)
    {
        var quote = text[start];
        if (singleQuotesOnly && quote == '"')
        {
            throw new QueryException("a double quote is not allowed in a target condition; strings stand in single quotes", start + 1);
        }

        var value = new StringBuilder();
        for (_at = start + 1; _at < text.Length; _at++)
        {
            var c = text[_at];
            if (c == quote)
            {
                // A quote that is written twice stands for itself.
                if (_at + 1 < text.Length && text[_at + 1] == quote)
                {
                    _at++;
                }
                else
                {
                    _at++;
                    return new Token(TokenKind.Text, value.ToString(), 0, start + 1);
                }
            }
            else if (c == '\\')
            {
                c = Escape();
            }

            value.Append(c);
        }

        throw new QueryException("the string is not closed", start + 1);
    }

    // At the backslash; ends on the last character of the escape.
    private char Escape()
    {
        var position = _at + 1;
        _at++;
        switch (_at < text.Length ? text[_at] : '\0')
        {
            case '\'' or '"' or '\\':
                return text[_at];
            case 'u' when _at + 4 < text.Length && ushort.TryParse(text.AsSpan(_at + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit):
                _at += 4;
                return (char)unit;
            default:
                throw new QueryException(@"a backslash in a string is followed by ', "", \ or by u and four hexadecimal digits", position);
        }
    }

    private Token Symbol(int start)
    {
        foreach (var symbol in Symbols)
        {
            if (string.CompareOrdinal(text, start, symbol, 0, symbol.Length) == 0)
            {
                _at = start + symbol.Length;
                return new Token(TokenKind.Symbol, symbol, 0, start + 1);
            }
        }

        throw new QueryException($"'{text[start]}' is not supported", start + 1);
    }
}
