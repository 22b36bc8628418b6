using DuckDB.NET.Data;
using MtlSplit.IoT.SampleStore.Queries;
using MtlSplit.IoT.SampleStore.Tests.Labelling;
using Xunit;

namespace MtlSplit.IoT.SampleStore.Tests.Queries;

public sealed class SampleExportTests : IDisposable
{
    private readonly LabelledStore _store = new();

    public void Dispose() => _store.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Query_ExportedAsParquet_HoldsItsRowsAndTypes(bool compacted)
    {
        _store.Import(_store.Csv("labels.csv", (1, "2", 60), (3, "1", 60)));
        if (compacted)
        {
            _store.Compact();
        }

        var path = System.IO.Path.Combine(_store.Path, "out.parquet");
        File.WriteAllText(path, "what was there before");
        var rows = SampleExport.Run(_store.Path, "SELECT f.number, f.captured_at, f.tensor, t.class_name FROM features f JOIN truth t USING (frame) -- all that is labelled", null, path, ExportFormat.Parquet);

        Assert.Equal(2, rows);
        Assert.Equal(["1 2 true", "3 1 true"], Ask($"SELECT number || ' ' || class_name || ' ' || (octet_length(tensor) > 10 AND year(captured_at) = 2026) FROM read_parquet('{path}') ORDER BY ALL"));
        Assert.False(File.Exists(path + ".new"));
    }

    [Fact]
    public void Query_ExportedAsJsonLines_HasOneObjectALine()
    {
        _store.Import(_store.Csv("labels.csv", (1, "2", 60), (3, "1", 60)));
        var path = System.IO.Path.Combine(_store.Path, "out.jsonl");

        SampleExport.Run(_store.Path, "SELECT number, class_name, labelled_at FROM labels ORDER BY number;\n", null, path, ExportFormat.JsonLines);

        Assert.Equal("""{"number":1,"class_name":"2","labelled_at":"2026-01-02 03:05:05"}""", File.ReadAllLines(path)[0]);
        Assert.Equal(2, File.ReadAllLines(path).Length);
    }

    [Fact]
    public void Snapshot_GivesTheFramesThatAHeadWasMadeFromAsFarAsTheyAreThere()
    {
        var listing = System.IO.Path.Combine(_store.Path, "snapshot.tsv");
        File.WriteAllText(
            listing,
            $"# contract x task y samples 3\n{LabelledStore.Frame(1)}\tharbour\tv1\t{Messages.Captured}\t2\ttraining\t1\n{LabelledStore.Frame(2)}\tharbour\tv1\t{Messages.Captured + 1}\t3\theld-out\t0.5\n{LabelledStore.Frame(99)}\tharbour\tv1\t{Messages.Captured}\t2\ttraining\n");
        var path = System.IO.Path.Combine(_store.Path, "out.parquet");

        Assert.Equal(2, SampleExport.Run(_store.Path, SampleExport.OfSnapshot, listing, path, ExportFormat.Parquet));

        Assert.Equal(["2 training 1.0", "3 held-out 0.5"], Ask($"SELECT class_name || ' ' || part || ' ' || weight FROM read_parquet('{path}') ORDER BY ALL"));
        File.AppendAllText(listing, "nonsense\n");
        Assert.Contains("snapshot.tsv: line 5", Assert.Throws<SampleStoreException>(() => SampleExport.Run(_store.Path, SampleExport.OfSnapshot, listing, path, ExportFormat.Parquet)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SELECT nothing FROM labels")]
    [InlineData("SELECT 1; SELECT 2")]
    [InlineData("DROP VIEW labels")]
    [InlineData("SELECT * FROM read_text('{0}')")]
    [InlineData("SELECT 1) TO '{0}' (FORMAT csv); COPY (SELECT 1")]
    public void StatementThatIsNotOneSelectOverTheStore_WritesNothingAndLeavesTheFile(string sql)
    {
        var path = System.IO.Path.Combine(_store.Path, "out.parquet");
        var other = System.IO.Path.Combine(_store.Path, "other.csv");
        File.WriteAllText(path, "before");
        File.WriteAllText(other, "private");

        Assert.Throws<SampleStoreException>(() => SampleExport.Run(_store.Path, string.Format(System.Globalization.CultureInfo.InvariantCulture, sql, other), null, path, ExportFormat.Parquet));

        Assert.Equal(("before", "private"), (File.ReadAllText(path), File.ReadAllText(other)));
        Assert.False(File.Exists(path + ".new"));
    }

    private static List<string> Ask(string sql)
    {
        using var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
        {
            rows.Add(reader.GetString(0));
        }

        return rows;
    }
}
