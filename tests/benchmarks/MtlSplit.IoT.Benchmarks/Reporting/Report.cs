using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MtlSplit.IoT.Benchmarks.Reporting;

/// <summary>A benchmark's tables: shown row by row as they come, or all of them as one JSON document at the end.</summary>
internal sealed class Report : IDisposable
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private readonly TextWriter _output;
    private readonly JsonArray? _tables;
    private readonly JsonObject _document;
    private readonly JsonArray _notes = [];
    private JsonArray? _rows;
    private Column[] _columns = [];

    public Report(string benchmark, string subject, bool json, TextWriter output)
    {
        _output = output;
        _tables = json ? [] : null;
        var load = MachineLoad.LastMinute();
        _document = new JsonObject { ["benchmark"] = benchmark, ["subject"] = subject, ["cores"] = Environment.ProcessorCount, ["loadBefore"] = load };
        if (!json)
        {
            output.WriteLine($"{benchmark}: {subject}");
            output.WriteLine($"{Environment.ProcessorCount} cores, load {load:F1} before");
        }
    }

    /// <summary>The option that asks for JSON.</summary>
    public static Option<bool> JsonOption() => new("--json") { Description = "Print one JSON document instead of tables." };

    /// <summary>Begins a table.</summary>
    public void Table(string title, params Column[] columns)
    {
        _columns = columns;
        if (_tables is not null)
        {
            _rows = [];
            _tables.Add(new JsonObject { ["title"] = title, ["rows"] = _rows });
            return;
        }

        _output.WriteLine();
        _output.WriteLine(title);
        _output.WriteLine(string.Join(' ', columns.Select(column => column.Fit(column.Name))).TrimEnd());
    }

    /// <summary>A row of the current table: a value per column; null where there is none.</summary>
    public void Row(params object?[] values)
    {
        if (_rows is null)
        {
            _output.WriteLine(string.Join(' ', _columns.Zip(values, (column, value) => column.Cell(value))).TrimEnd());
            return;
        }

        var row = new JsonObject();
        foreach (var (column, value) in _columns.Zip(values))
        {
            row[column.Name] = JsonSerializer.SerializeToNode(value);
        }

        _rows.Add(row);
    }

    /// <summary>What a reader of the numbers must know beside them.</summary>
    public void Note(string text)
    {
        _notes.Add(text);
        if (_tables is null)
        {
            _output.WriteLine($"note: {text}");
        }
    }

    /// <summary>Ends the report.</summary>
    public void Dispose()
    {
        var load = MachineLoad.LastMinute();
        if (_tables is null)
        {
            _output.WriteLine();
            _output.WriteLine($"load {load:F1} after");
            return;
        }

        _document["loadAfter"] = load;
        _document["notes"] = _notes;
        _document["tables"] = _tables;
        _output.WriteLine(_document.ToJsonString(Indented));
    }
}
