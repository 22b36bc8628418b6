using System.Globalization;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Registry.Promoting;
using MtlSplit.IoT.Registry.Registering;

namespace MtlSplit.IoT.Registry;

public sealed partial class ModelRegistry
{
    private const int ShortestPrefix = 4;
    private const string ShortPrefix = "fc-";

    /// <summary>Finds the head that a person means.</summary>
    /// <param name="name">A version (<c>h18-…</c>), a number, or the beginning of its document's digest.</param>
    /// <param name="contract">The contract: 64 hex digits, or <c>fc-</c> and a beginning of them; null where it does not matter.</param>
    /// <param name="task">The task; null where it does not matter.</param>
    /// <exception cref="RegistryException">None or several fit; the message lists what there is.</exception>
    public RegisteredHead FindHead(string name, string? contract = null, string? task = null)
    {
        RegistryException? damaged = null;
        var candidates = Heads(e => damaged ??= e).Where(head => Fits(head.Contract, contract) && (task is null || head.Manifest.Task == task)).ToList();
        var fitting = candidates.Where(head => Fits(head, name)).ToList();
        return fitting switch
        {
            [var one] => one,
            // It may be the one that does not read.
            [] => throw damaged ?? new RegistryException(RegistryFault.Unknown, name, $"no head of this name is registered; there are {List(candidates)}"),
            _ => throw new RegistryException(RegistryFault.Ambiguous, name, $"it fits {List(fitting)}; say --task, --contract or the whole version"),
        };
    }

    /// <summary>Finds the run that a person means.</summary>
    /// <param name="name">The beginning of its document's digest, of four digits or more.</param>
    /// <returns>The run; null where none fits.</returns>
    /// <exception cref="RegistryException">Several fit.</exception>
    public RegisteredRun? FindRun(string name) => OneOf(name, Runs(static _ => { }), run => run.Id);

    /// <summary>Finds the run that a head came out of, accepted or not, even if the head is gone.</summary>
    /// <param name="name">The head's version or number.</param>
    /// <param name="contract">The contract: 64 hex digits, or <c>fc-</c> and a beginning of them; null where it does not matter.</param>
    /// <param name="task">The task; null where it does not matter.</param>
    /// <returns>The run; null where none made it.</returns>
    /// <exception cref="RegistryException">Several fit.</exception>
    public RegisteredRun? FindRunOf(string name, string? contract = null, string? task = null)
    {
        var fitting = Runs(static _ => { })
            .Where(run => Fits(run.Contract, contract) && (task is null || run.Manifest.Task == task) && run.Manifest.Challenger is { } version && (version == name || version.StartsWith($"h{name}-", StringComparison.Ordinal)))
            .ToList();
        return fitting.Count < 2 ? fitting.FirstOrDefault() : throw new RegistryException(
            RegistryFault.Ambiguous, name, $"it fits {string.Join(", ", fitting.Select(run => $"{run.Manifest.Challenger} ({run.Manifest.Task}, {run.Contract.ShortForm})"))}; say --task, --contract or the whole version");
    }

    /// <summary>Finds the aliases that a person means.</summary>
    /// <param name="fleet">The fleet; null where it does not matter.</param>
    /// <param name="task">The task; null where it does not matter.</param>
    /// <param name="contract">The contract: 64 hex digits, or <c>fc-</c> and a beginning of them; null where it does not matter.</param>
    /// <exception cref="RegistryException">None or several fit; the message lists what there is.</exception>
    public AliasKey FindAliases(string? fleet, string? task, string? contract)
    {
        var all = AliasKeys();
        var fitting = all.Where(key => (fleet is null || key.Fleet == fleet) && (task is null || key.Task == task) && Fits(key.Contract, contract)).ToList();
        return fitting switch
        {
            [var one] => one,
            [] => throw new RegistryException(RegistryFault.Unknown, "aliases", $"none fit; there are {(all.Count == 0 ? "none" : string.Join("; ", all))}"),
            _ => throw new RegistryException(RegistryFault.Ambiguous, "aliases", $"several fit: {string.Join("; ", fitting)}. Say --fleet, --task or --contract."),
        };
    }

    /// <summary>Finds the bundle that a person means.</summary>
    /// <param name="name">The beginning of its digest, of four digits or more.</param>
    /// <returns>The bundle; null where none fits.</returns>
    /// <exception cref="RegistryException">Several fit.</exception>
    public RegisteredBundle? FindBundle(string name) => OneOf(name, Bundles(), bundle => bundle.Digest);

    private static bool Fits(ContractId contract, string? asked) => asked is null
        || contract.ToString().StartsWith(asked.StartsWith(ShortPrefix, StringComparison.Ordinal) ? asked[ShortPrefix.Length..] : asked, StringComparison.Ordinal);

    private static bool Fits(RegisteredHead head, string name) => head.Version == name
        || head.Manifest.Number.ToString(CultureInfo.InvariantCulture) == name
        || (name.Length >= ShortestPrefix && head.Id.StartsWith(name, StringComparison.Ordinal));

    private static string List(List<RegisteredHead> heads) =>
        heads.Count == 0 ? "none" : string.Join(", ", heads.TakeLast(10).Select(head => $"{head.Version} ({head.Manifest.Task}, {head.Contract.ShortForm})"));

    private static T? OneOf<T>(string name, IReadOnlyList<T> all, Func<T, string> digest)
        where T : class
    {
        var fitting = name.Length < ShortestPrefix ? [] : all.Where(one => digest(one).StartsWith(name, StringComparison.Ordinal)).ToList();
        return fitting.Count < 2 ? fitting.FirstOrDefault() : throw new RegistryException(RegistryFault.Ambiguous, name, $"it fits {string.Join(", ", fitting.Select(one => digest(one)[..16]))}");
    }
}
