using System.CommandLine;

namespace MtlSplit.IoT.Hosting.Commands;

/// <summary>What a flag accepts beside what its type does.</summary>
public static class OptionRules
{
    /// <summary>Refuses a file that could not be written in the end, since that would waste all the work before.</summary>
    /// <param name="option">The flag; what it names may exist or not.</param>
    public static void IsWrittenLast(this Option<string?> option) => option.Refuse(path =>
    {
        if (string.IsNullOrEmpty(path))
        {
            return null;
        }

        var folder = Path.GetDirectoryName(Path.GetFullPath(path));
        return Directory.Exists(path) ? $"{option.Name}: {path} is a folder."
            : folder is not null && !Directory.Exists(folder) ? $"{option.Name}: there is no folder {folder}."
            : null;
    });

    /// <summary>Refuses some values. A text that is no value at all is refused as such, and not asked about.</summary>
    /// <typeparam name="T">The value's type.</typeparam>
    /// <param name="option">The flag.</param>
    /// <param name="fault">What is wrong with a value, naming the flag; null: nothing.</param>
    public static void Refuse<T>(this Option<T> option, Func<T?, string?> fault) => option.Validators.Add(result =>
    {
        T? value;
        try
        {
            value = result.GetValueOrDefault<T>();
        }
        catch (InvalidOperationException)
        {
            // It does not convert; the library finds that too, and says it as an error of the command line.
            return;
        }

        if (fault(value) is { } message)
        {
            result.AddError(message);
        }
    });
}
