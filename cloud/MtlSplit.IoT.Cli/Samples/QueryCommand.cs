using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using MtlSplit.IoT.Cli.Terminal;
using MtlSplit.IoT.Hosting.Commands;
using MtlSplit.IoT.Hosting.Running;
using MtlSplit.IoT.SampleStore;
using MtlSplit.IoT.SampleStore.Queries;
using Spectre.Console;

namespace MtlSplit.IoT.Cli.Samples;

/// <summary><c>mtlsplit samples query</c>: one SELECT over a store.</summary>
internal static class QueryCommand
{
    public static Command Create()
    {
        var sql = new Argument<string>("sql") { HelpName = "SQL", Description = "One SELECT in DuckDB's SQL over the views features, predictions, labels and truth (what labels say together), joined by frame." };
        var data = SamplesCommand.DataOption();
        var limit = new Option<int>("--limit") { HelpName = "ROWS", Description = "Rows printed at most.", DefaultValueFactory = _ => 100 };
        var json = new Option<bool>("--json") { Description = "Print one JSON object a line." };
        limit.Refuse(v => v is >= 1 and <= 1_000_000 ? null : $"--limit: {v} is not between 1 and 1000000.");
        var command = new Command("query", "Ask a store in SQL. Nothing is ever changed; a recorder may be running.") { sql, data, limit, json };
        command.SetAction(parsed => Run(parsed.GetValue(data)!, parsed.GetValue(sql)!, parsed.GetValue(limit), parsed.GetValue(json)));
        return command.WithExamples(
            "mtlsplit samples query --data data \"SELECT vehicle, count(*) FROM features GROUP BY vehicle\"",
            "mtlsplit samples query --data data \"SELECT l.class_name, p.class, count(*) FROM labels l JOIN predictions p USING (frame, task) WHERE task = 'object_size' GROUP BY ALL ORDER BY ALL\"");
    }

    private static int Run(string data, string sql, int limit, bool json)
    {
        try
        {
            using var reader = SampleReader.Open(data);
            var result = reader.Query(sql, limit);
            if (json)
            {
                ShowJson(result);
            }
            else
            {
                ShowTable(result);
            }

            if (result.Truncated)
            {
                Console.Error.WriteLine($"Only the first {limit} rows are shown; --limit shows more.");
            }

            return ExitCode.Done;
        }
        catch (SampleStoreException e)
        {
            Console.Error.WriteLine($"error: {e.Message}");
            return ExitCode.Failed;
        }
    }

    private static void ShowTable(SampleTableResult result)
    {
        var table = new Table();
        foreach (var column in result.Columns)
        {
            table.AddColumn(new TableColumn(new Text(column)));
        }

        foreach (var row in result.Rows)
        {
            // Text and no markup, escaped or not: markup turns ":man:" in somebody's data into a picture.
            table.AddRow(row.Select(v => new Text(Convert.ToString(v, CultureInfo.InvariantCulture) ?? "")));
        }

        Screen.Create().Write(table);
    }

    private static void ShowJson(SampleTableResult result)
    {
        using var output = Console.OpenStandardOutput();
        foreach (var row in result.Rows)
        {
            using (var writer = new Utf8JsonWriter(output))
            {
                writer.WriteStartObject();
                for (var i = 0; i < row.Length; i++)
                {
                    writer.WritePropertyName(result.Columns[i]);
                    WriteValue(writer, row[i]);
                }

                writer.WriteEndObject();
            }

            output.WriteByte((byte)'\n');
        }
    }

    private static void WriteValue(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case null:
                writer.WriteNullValue();
                break;
            case bool truth:
                writer.WriteBooleanValue(truth);
                break;
            case sbyte or short or int or long or byte or ushort or uint:
                writer.WriteNumberValue(Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            case ulong number:
                writer.WriteNumberValue(number);
                break;
            case float or double when double.IsFinite(Convert.ToDouble(value, CultureInfo.InvariantCulture)):
                writer.WriteNumberValue(Convert.ToDouble(value, CultureInfo.InvariantCulture));
                break;
            case decimal number:
                writer.WriteNumberValue(number);
                break;
            default:
                writer.WriteStringValue(Convert.ToString(value, CultureInfo.InvariantCulture));
                break;
        }
    }
}
