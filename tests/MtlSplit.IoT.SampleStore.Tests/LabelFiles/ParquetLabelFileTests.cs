using DuckDB.NET.Data;
using MtlSplit.IoT.SampleStore.Tests.Labelling;
using Xunit;

namespace MtlSplit.IoT.SampleStore.Tests.LabelFiles;

public sealed class ParquetLabelFileTests : IDisposable
{
    private readonly LabelledStore _store = new();

    public void Dispose() => _store.Dispose();

    [Theory]
    [InlineData("make_timestamp({0} + 60000000)")]
    [InlineData("make_timestamp({0} + 60000000)::TIMESTAMPTZ")]
    [InlineData("make_timestamp({0} + 60000000)::TIMESTAMP_MS")]
    [InlineData("({0} + 60000000)::BIGINT")]
    [InlineData("'2026-01-02T03:05:05Z'")]
    public void Times_OfEveryColumnType_AreTheSame(string column)
    {
        var time = string.Format(System.Globalization.CultureInfo.InvariantCulture, column, Messages.Captured);
        var file = Write($"SELECT '{LabelledStore.Frame(1)}' AS frame, 'v1' AS vehicle, 'object_size' AS task, '2' AS class, {time} AS labelled_at");

        Assert.Equal(1, _store.Import(file).Imported);

        Assert.Equal(["1 2 alice 60"], _store.Labels());
    }

    [Fact]
    public void BadRows_AreNamedByRowGroupAndRow()
    {
        var file = Write(
            $"SELECT CASE WHEN i IN (1, 2049, 4099) THEN 'nothing' ELSE '{LabelledStore.Frame(1)}' END AS frame, 'v1' AS vehicle, '2' AS class FROM range(5000) t(i)",
            ", ROW_GROUP_SIZE 2048");

        var report = _store.Import(file, change: o => o with { Task = Messages.Task });

        Assert.Equal(["row group 1, row 2", "row group 2, row 2", "row group 3, row 4"], report.FirstRefused.Select(r => r.Place));
        Assert.Equal((5000, 1, 4996), (report.Rows, report.Imported, report.Repeated));
    }

    [Fact]
    public void File_CutAnywhere_IsRefusedWholeAndNamed()
    {
        var whole = System.IO.File.ReadAllBytes(Write($"SELECT '{LabelledStore.Frame(1)}' AS frame, 'v1' AS vehicle, 'object_size' AS task, '2' AS class"));
        for (var length = 0; length < whole.Length; length += 13)
        {
            var error = Assert.Throws<SampleStoreException>(() => _store.Import(_store.File("torn.parquet", whole[..length])));
            Assert.Contains("torn.parquet: it is no whole Parquet file", error.Message, StringComparison.Ordinal);
        }

        Assert.Empty(_store.Labels());
    }

    [Fact]
    public void Text_ThatIsNotUtf8_IsRefused()
    {
        var bytes = System.IO.File.ReadAllBytes(Write($"SELECT '{LabelledStore.Frame(1)}' AS frame, 'v1' AS vehicle, 'object_size' AS task, 'QQQQ' AS class", ", COMPRESSION uncompressed"));
        for (var at = bytes.AsSpan().IndexOf("QQQQ"u8); at >= 0; at = bytes.AsSpan().IndexOf("QQQQ"u8))
        {
            bytes[at] = 0xFC;
        }

        Assert.Contains("UTF-8", Assert.Throws<SampleStoreException>(() => _store.Import(_store.File("latin1.parquet", bytes))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SELECT 'a' AS frame, 'v1' AS vehicle, 'object_size' AS task", "there is no column 'class'")]
    [InlineData("SELECT 7 AS frame, 'v1' AS vehicle, 'object_size' AS task, '2' AS class", "the column 'frame' is INTEGER, and must be text")]
    public void Columns_ThatAreNotWhatLabelsNeed_AreNamed(string sql, string reason) =>
        Assert.Contains(reason, Assert.Throws<SampleStoreException>(() => _store.Import(Write(sql))).Message, StringComparison.Ordinal);

    private string Write(string sql, string options = "")
    {
        var path = System.IO.Path.Combine(_store.Path, "labels.parquet");
        using var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"SET TimeZone = 'UTC'; COPY ({sql}) TO '{path}' (FORMAT parquet{options})";
        command.ExecuteNonQuery();
        return path;
    }
}
