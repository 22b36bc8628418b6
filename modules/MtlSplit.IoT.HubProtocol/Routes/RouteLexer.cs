using System.Globalization;
using System.Text;

namespace MtlSplit.IoT.HubProtocol.Routes;

/// <summary>Cuts a route into tokens; <see cref="Kind"/> and its companions describe the current one.</summary>
internal sealed class RouteLexer
{
    private static readonly string[] TwoCharacters = ["!=", "<>", "<=", ">=", "||", "??"];

    private readonly string _text;
    private int _next;

    public RouteLexer(string text)
    {
        _text = text;
        Advance();
    }

    public RouteTokenKind Kind { get; private set; }

    /// <summary>Where the token begins, counting from 0.</summary>
    public int Start { get; private set; }

    /// <summary>Where the token before it ended.</summary>
    public int PreviousEnd { get; private set; }

    /// <summary>The token's text; of a string what it says, of a name in braces the name.</summary>
    public string Text { get; private set; } = "";

    public double Number { get; private set; }

    public bool IsSymbol(string symbol) => Kind == RouteTokenKind.Symbol && Text == symbol;

    public bool IsWord(string word) => Kind == RouteTokenKind.Word && string.Equals(Text, word, StringComparison.OrdinalIgnoreCase);

    public RouteException Fault(string problem) => new(Start + 1, problem);

    /// <summary>What the current token is, for messages.</summary>
    public string Describe() => Kind == RouteTokenKind.End ? "the end" : $"'{_text[Start..Math.Min(_next, Start + 40)]}'";

    public void Advance()
    {
        PreviousEnd = _next;
        Start = SkipBlanks(_next);
        if (Start >= _text.Length)
        {
            Set(RouteTokenKind.End, "", _text.Length);
            return;
        }

        var c = _text[Start];
        if (char.IsAsciiDigit(c))
        {
            ReadNumber();
        }
        else if (IsNameStart(c))
        {
            Set(RouteTokenKind.Word, null, NameEnd(Start));
        }
        else if (c == '$')
        {
            Set(RouteTokenKind.Dollar, null, DollarEnd());
        }
        else if (c is '\'' or '"')
        {
            ReadString(c);
        }
        else if (c == '{')
        {
            ReadBraces();
        }
        else if (_text.Length > Start + 1 && TwoCharacters.Contains(_text.Substring(Start, 2)))
        {
            Set(RouteTokenKind.Symbol, null, Start + 2);
        }
        else if ("=<>+-*/%(),".Contains(c, StringComparison.Ordinal))
        {
            Set(RouteTokenKind.Symbol, null, Start + 1);
        }
        else
        {
            throw Fault($"'{c}' (U+{(int)c:X4}) begins nothing that a route may hold here.");
        }
    }

    /// <summary>Takes everything up to the next blank, from where the current token begins, as one token; its text.</summary>
    public string TakePath()
    {
        var end = Start;
        while (end < _text.Length && !char.IsWhiteSpace(_text[end]))
        {
            end++;
        }

        var path = _text[Start..end];
        _next = end;
        return path;
    }

    private static bool IsNameStart(char c) => char.IsAsciiLetter(c) || c == '_';

    private static bool IsNamePart(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '.';

    private int SkipBlanks(int from)
    {
        while (from < _text.Length && char.IsWhiteSpace(_text[from]))
        {
            from++;
        }

        return from;
    }

    // A minus belongs to the name where a letter follows it at once: iothub-message-source is one name, a-1 a difference.
    private int NameEnd(int from)
    {
        while (from < _text.Length && (IsNamePart(_text[from]) || (_text[from] == '-' && from + 1 < _text.Length && IsNameStart(_text[from + 1]))))
        {
            from++;
        }

        return from;
    }

    private int DollarEnd()
    {
        var end = NameEnd(Start + 1);
        while (end < _text.Length && _text[end] == '[')
        {
            var close = _text.IndexOf(']', end);
            if (close < 0)
            {
                throw new RouteException(end + 1, "'[' is not closed by ']'.");
            }

            end = NameEnd(close + 1);
        }

        return end;
    }

    private void ReadNumber()
    {
        if (_text.AsSpan(Start).StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            var last = Start + 2;
            while (last < _text.Length && char.IsAsciiHexDigit(_text[last]))
            {
                last++;
            }

            if (!long.TryParse(_text.AsSpan(Start + 2, last - Start - 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hex))
            {
                throw Fault("After 0x there must be 1 to 16 hexadecimal digits.");
            }

            Number = hex;
            Set(RouteTokenKind.Number, null, last);
            return;
        }

        var end = Digits(Start);
        if (end + 1 < _text.Length && _text[end] == '.' && char.IsAsciiDigit(_text[end + 1]))
        {
            end = Digits(end + 1);
        }

        if (end < _text.Length && _text[end] is 'e' or 'E')
        {
            var digits = end + 1 < _text.Length && _text[end + 1] is '+' or '-' ? end + 2 : end + 1;
            end = digits < _text.Length && char.IsAsciiDigit(_text[digits]) ? Digits(digits) : end;
        }

        if (end < _text.Length && (IsNamePart(_text[end]) || _text[end] == '$'))
        {
            throw new RouteException(end + 1, $"'{_text[end]}' cannot follow a number.");
        }

        Number = double.Parse(_text.AsSpan(Start, end - Start), NumberStyles.Float, CultureInfo.InvariantCulture);
        Set(RouteTokenKind.Number, null, end);
    }

    private int Digits(int from)
    {
        while (from < _text.Length && char.IsAsciiDigit(_text[from]))
        {
            from++;
        }

        return from;
    }

    // A quote is written twice or after a backslash.
    private void ReadString(char quote)
    {
        var value = new StringBuilder();
        for (var i = Start + 1; i < _text.Length; i++)
        {
            var c = _text[i];
            if (c == quote)
            {
                if (i + 1 < _text.Length && _text[i + 1] == quote)
                {
                    i++;
                }
                else
                {
                    Set(RouteTokenKind.Text, value.ToString(), i + 1);
                    return;
                }
            }
            else if (c == '\\')
            {
                i++;
                c = i < _text.Length ? Escaped(ref i) : throw Fault("The string is not closed.");
            }

            value.Append(c);
        }

        throw Fault("The string is not closed.");
    }

    private char Escaped(ref int i)
    {
        switch (_text[i])
        {
            case 'n': return '\n';
            case 'r': return '\r';
            case 't': return '\t';
            case 'u' when i + 4 < _text.Length && ushort.TryParse(_text.AsSpan(i + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code):
                i += 4;
                return (char)code;
            case 'u': throw new RouteException(i + 1, "After \\u there must be 4 hexadecimal digits.");
            default: return _text[i];
        }
    }

    private void ReadBraces()
    {
        var close = _text.IndexOf('}', Start);
        if (close <= Start + 1)
        {
            throw Fault(close < 0 ? "'{' is not closed by '}'." : "There is no name in the braces.");
        }

        Set(RouteTokenKind.Braces, _text[(Start + 1)..close], close + 1);
    }

    private void Set(RouteTokenKind kind, string? text, int end)
    {
        Kind = kind;
        Text = text ?? _text[Start..end];
        _next = end;
    }
}
