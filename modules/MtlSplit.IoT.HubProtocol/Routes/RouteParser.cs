namespace MtlSplit.IoT.HubProtocol.Routes;

/// <summary>Reads routes by recursive descent; conditions are <see cref="ConditionParser"/>'s. Throws nothing but <see cref="RouteException"/>.</summary>
internal sealed class RouteParser(string text)
{
    private const string Endpoint = "BrokeredEndpoint";

    private readonly RouteLexer _lexer = new(text);

    public Route Route()
    {
        if (_lexer.IsWord("select"))
        {
            _lexer.Advance();
            Expect(_lexer.IsSymbol("*"), "'*', as every route selects the whole message");
        }

        Expect(_lexer.IsWord("from"), "FROM");
        var source = Source();
        var condition = RouteCondition.Always;
        if (_lexer.IsWord("where"))
        {
            _lexer.Advance();
            condition = Where();
        }

        Expect(_lexer.IsWord("into"), "INTO");
        var sink = Sink();
        ExpectEnd();
        return new Route(text, source, condition, sink);
    }

    public RouteCondition Condition()
    {
        var condition = Where();
        ExpectEnd();
        return condition;
    }

    private RouteCondition Where()
    {
        var start = _lexer.Start;
        var evaluate = new ConditionParser(_lexer).Parse();
        return new RouteCondition(text[start.._lexer.PreviousEnd], evaluate);
    }

    private RouteSource Source()
    {
        if (!_lexer.IsSymbol("/"))
        {
            throw _lexer.Fault($"A source such as /messages/* is wanted, not {_lexer.Describe()}.");
        }

        var start = _lexer.Start;
        var path = _lexer.TakePath();
        var star = path.IndexOf('*', StringComparison.Ordinal);
        if (star >= 0 && star != path.Length - 1)
        {
            throw new RouteException(start + star + 1, "'*' may only end a source.");
        }

        _lexer.Advance();
        return new RouteSource(path);
    }

    private RouteSink Sink()
    {
        if (_lexer.Kind == RouteTokenKind.Dollar && string.Equals(_lexer.Text, "$upstream", StringComparison.OrdinalIgnoreCase))
        {
            _lexer.Advance();
            return RouteSink.Upstream;
        }

        Expect(_lexer.IsWord(Endpoint), "$upstream or BrokeredEndpoint(\"/modules/{module}/inputs/{input}\")");
        Expect(_lexer.IsSymbol("("), "'('");
        if (_lexer.Kind != RouteTokenKind.Text)
        {
            throw _lexer.Fault($"The endpoint's path in quotes is wanted, not {_lexer.Describe()}.");
        }

        var parts = _lexer.Text.Split('/');
        if (parts is not ["", var modules, var module, var inputs, var input]
            || !string.Equals(modules, "modules", StringComparison.OrdinalIgnoreCase)
            || !string.Equals(inputs, "inputs", StringComparison.OrdinalIgnoreCase)
            || !Identities.HubIdentity.IsValidId(module)
            || !Topics.HubTopics.IsLevel(input))
        {
            throw _lexer.Fault($"The endpoint '{_lexer.Text}' is not of the form /modules/{{module}}/inputs/{{input}}.");
        }

        _lexer.Advance();
        Expect(_lexer.IsSymbol(")"), "')'");
        return RouteSink.ModuleInput(module, input);
    }

    private void Expect(bool isThere, string what)
    {
        if (!isThere)
        {
            throw _lexer.Fault($"{what} is wanted, not {_lexer.Describe()}.");
        }

        // The path of a source may hold what no token does; it is taken whole.
        _lexer.Advance();
    }

    private void ExpectEnd()
    {
        if (_lexer.Kind != RouteTokenKind.End)
        {
            throw _lexer.Fault($"{_lexer.Describe()} follows where the text should end.");
        }
    }
}
