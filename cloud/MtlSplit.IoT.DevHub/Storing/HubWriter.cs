using Microsoft.Data.Sqlite;

namespace MtlSplit.IoT.DevHub.Storing;

/// <summary>Writes within one transaction.</summary>
internal sealed class HubWriter(SqliteConnection connection, SqliteTransaction transaction)
{
    /// <summary>Runs a statement with parameters <c>$0</c>, <c>$1</c>, …</summary>
    public void Run(string sql, params ReadOnlySpan<object?> values)
    {
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
#pragma warning disable CA2100 // Callers pass constants.
        command.CommandText = sql;
#pragma warning restore CA2100
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters.AddWithValue($"${i}", values[i] ?? DBNull.Value);
        }

        command.ExecuteNonQuery();
    }
}
