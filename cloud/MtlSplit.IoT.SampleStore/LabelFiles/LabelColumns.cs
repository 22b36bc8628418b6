namespace MtlSplit.IoT.SampleStore.LabelFiles;

/// <summary>Where the columns of labels stand among those of a file. Columns of other names are left alone.</summary>
internal sealed class LabelColumns
{
    public const string Frame = "frame";
    public const string Vehicle = "vehicle";
    public const string Task = "task";
    public const string Class = "class";
    public const string LabelledAt = "labelled_at";

    private static readonly string[] All = [Frame, Vehicle, Task, Class, LabelledAt];

    private readonly int[] _places;

    private LabelColumns(int[] places) => _places = places;

    /// <summary>Finds the columns.</summary>
    /// <param name="names">The file's columns, in order.</param>
    /// <param name="taskIsGiven">Whether the import says the task, so that the column may be missing.</param>
    /// <param name="where">The file and place, for the message.</param>
    /// <exception cref="SampleStoreException">A column stands there twice, or one is missing.</exception>
    public static LabelColumns Find(IReadOnlyList<string> names, bool taskIsGiven, string where)
    {
        if (names.GroupBy(n => n, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            throw new SampleStoreException($"{where}: the column '{twice.Key}' is there {twice.Count()} times.");
        }

        var places = Array.ConvertAll(All, name => names.Select((n, i) => n == name ? i : -1).Max());
        var missing = All.Where((name, i) => places[i] < 0 && name != LabelledAt && !(name == Task && taskIsGiven)).ToList();
        return missing.Count == 0
            ? new LabelColumns(places)
            : throw new SampleStoreException($"{where}: there is no column '{string.Join("', '", missing)}'; the columns are {string.Join(", ", names.Take(20))}.");
    }

    /// <summary>Takes a row's fields.</summary>
    public LabelFields Read(IReadOnlyList<string> values) => new(Value(values, 0), Value(values, 1), Value(values, 2), Value(values, 3), Value(values, 4));

    /// <summary>The columns that are there, by name.</summary>
    public IEnumerable<string> Present => All.Where((_, i) => _places[i] >= 0);

    private string? Value(IReadOnlyList<string> values, int column) => _places[column] < 0 ? null : values[_places[column]];
}
