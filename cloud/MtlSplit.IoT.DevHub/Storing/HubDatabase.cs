using Microsoft.Data.Sqlite;

namespace MtlSplit.IoT.DevHub.Storing;

/// <summary>
/// The hub's database file. One process has it at a time and one thread writes at a time; a write that has returned survives the
/// process, and the machine but for the last writes before a power cut (WAL, synchronous NORMAL): the file is whole in either case.
/// </summary>
internal sealed class HubDatabase : IDisposable
{
    private const int CorruptCode = 11;
    private const int NotADatabaseCode = 26;
    private const int BusyCode = 5;
    private const int LockedCode = 6;

    private readonly SqliteConnection _connection;
    private readonly Lock _gate = new();

    private HubDatabase(SqliteConnection connection) => _connection = connection;

    /// <summary>Opens the file, makes it if it is not there, and brings it to the present schema.</summary>
    /// <exception cref="StoreException">It is corrupt, in use, of a newer program, or cannot be read or made.</exception>
    public static HubDatabase Open(string file)
    {
        SqliteConnection? connection = null;
        try
        {
            CreatePrivately(file);
            connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadWriteCreate, Pooling = false, DefaultTimeout = 2 }.ToString());
            connection.Open();
            // Exclusive before WAL: no shared memory file, and a second process is told at once.
            Execute(connection, "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; BEGIN EXCLUSIVE; COMMIT");
            using (var check = connection.CreateCommand())
            {
                check.CommandText = "PRAGMA quick_check(1)";
                if (check.ExecuteScalar() is not "ok")
                {
                    throw Corrupt(file, null);
                }
            }

            Migrations.Apply(connection);
            return new HubDatabase(connection);
        }
        catch (Exception e)
        {
            connection?.Dispose();
            throw e switch
            {
                SqliteException { SqliteErrorCode: CorruptCode or NotADatabaseCode } => Corrupt(file, e),
                SqliteException { SqliteErrorCode: BusyCode or LockedCode } => new StoreException($"{file} is in use by another process; one hub at a time may have it.", e),
                SqliteException or IOException or UnauthorizedAccessException => new StoreException($"{file} cannot be opened: {e.Message}", e),
                _ => e,
            };
        }
    }

    /// <summary>Reads rows.</summary>
    /// <exception cref="StoreException">The file cannot be read.</exception>
    public List<T> Read<T>(string sql, Func<SqliteDataReader, T> row)
    {
        lock (_gate)
        {
            try
            {
                using var command = _connection.CreateCommand();
#pragma warning disable CA2100 // Callers pass constants.
                command.CommandText = sql;
#pragma warning restore CA2100
                using var reader = command.ExecuteReader();
                List<T> rows = [];
                while (reader.Read())
                {
                    rows.Add(row(reader));
                }

                return rows;
            }
            catch (SqliteException e)
            {
                throw new StoreException($"{_connection.DataSource} cannot be read: {e.Message}", e);
            }
        }
    }

    /// <summary>Writes in one transaction: all of it or nothing.</summary>
    /// <exception cref="StoreException">The file cannot be written: the disk is full, or the file is damaged.</exception>
    public void Write(Action<HubWriter> write)
    {
        lock (_gate)
        {
            try
            {
                using var transaction = _connection.BeginTransaction();
                write(new HubWriter(_connection, transaction));
                transaction.Commit();
            }
            catch (SqliteException e)
            {
                throw new StoreException($"{_connection.DataSource} cannot be written: {e.Message}", e);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

    // Keys are in it: its owner alone reads it, from its first byte on.
    private static void CreatePrivately(string file)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        if (!File.Exists(file))
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            new FileStream(file, options).Dispose();
        }
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Callers pass constants.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private static StoreException Corrupt(string file, Exception? cause) =>
        new($"{file} is damaged or is no database. Move it away: the hub makes a new one, with new keys and a new authority; or put back a copy of it.", cause);
}
