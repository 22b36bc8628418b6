using System.Text.Json.Nodes;
using MtlSplit.IoT.DevHub.Queries.Expressions;
using MtlSplit.IoT.DevHub.Registry.Records;
using MtlSplit.IoT.DevHub.Registry.Views;

namespace MtlSplit.IoT.DevHub.Queries.Running;

/// <summary>Runs queries over one state of the registry. Pure.</summary>
internal static class QueryRun
{
    /// <summary>One page.</summary>
    /// <param name="state">The registry.</param>
    /// <param name="statement">The query.</param>
    /// <param name="text">Its text, which tokens are bound to.</param>
    /// <param name="from">Where the page starts.</param>
    /// <param name="pageSize">Its most rows.</param>
    public static QueryPage Page(RegistryState state, QueryStatement statement, string text, Continuation from, int pageSize)
    {
        var most = Math.Min(pageSize, (statement.Top ?? int.MaxValue) - from.Taken);
        if (most <= 0)
        {
            return new QueryPage([], null, statement.Select is null);
        }

        if (statement.Aggregates)
        {
            var groups = Aggregation.Rows(statement, Twins(state, statement));
            var page = groups.Skip(from.Taken).Take(most).ToArray<JsonNode>();
            var next = new Continuation(null, null, from.Taken + page.Length);
            var more = next.Taken < Math.Min(groups.Count, statement.Top ?? int.MaxValue);
            return new QueryPage(new JsonArray(page), more ? next.ToToken(text) : null, false);
        }

        return Scan(state, statement, text, from, most);
    }

    /// <summary>How many rows there are in all.</summary>
    public static int Count(RegistryState state, QueryStatement statement)
    {
        var twins = Twins(state, statement);
        return Math.Min(statement.Aggregates ? Aggregation.Rows(statement, twins).Count : twins.Count(), statement.Top ?? int.MaxValue);
    }

    private static QueryPage Scan(RegistryState state, QueryStatement statement, string text, Continuation from, int most)
    {
        JsonArray rows = [];
        Continuation? last = null;
        foreach (var entry in Entries(state, statement.From).SkipWhile(entry => !IsAfter(entry, from)))
        {
            var twin = TwinView.ToJson(entry);
            if (!Evaluation.Matches(statement.Where, twin))
            {
                continue;
            }

            if (rows.Count == most)
            {
                // There is one more, unless TOP ends here.
                return new QueryPage(rows, last!.Taken == statement.Top ? null : last.ToToken(text), statement.Select is null);
            }

            rows.Add(statement.Select is null ? twin : Project(statement.Select, twin));
            last = new Continuation(entry.Id.DeviceId, entry.Id.ModuleId, from.Taken + rows.Count);
        }

        return new QueryPage(rows, null, statement.Select is null);
    }

    private static bool IsAfter(HubEntry entry, Continuation from) => from.Device is null
        || string.CompareOrdinal(entry.Id.DeviceId, from.Device) is var device && (device > 0 || (device == 0 && string.CompareOrdinal(entry.Id.ModuleId, from.Module) > 0));

    private static IEnumerable<HubEntry> Entries(RegistryState state, QueryCollection from) => from == QueryCollection.Devices
        ? state.Devices.Values.Select(device => device.Self)
        : state.Devices.Values.SelectMany(device => device.Modules.Values);

    private static IEnumerable<JsonObject> Twins(RegistryState state, QueryStatement statement) =>
        Entries(state, statement.From).Select(TwinView.ToJson).Where(twin => Evaluation.Matches(statement.Where, twin));

    private static JsonObject Project(IReadOnlyList<QueryColumn> columns, JsonObject twin)
    {
        JsonObject row = [];
        foreach (var column in columns)
        {
            // What the twin does not have is left out.
            if (Evaluation.Find(column.Path!, twin, out var node))
            {
                row[column.Name] = node?.DeepClone();
            }
        }

        return row;
    }
}
