using MtlSplit.IoT.Backbone.Updating.Proving;
using MtlSplit.IoT.Contracts.Twins;

namespace MtlSplit.IoT.Backbone.Updating.Storing;

/// <summary>
/// What a vehicle knows about its bundles: the file <c>state.json</c>, replaced whole. Every change is one of the methods here, so that none
/// can lose the bundle that runs. Immutable.
/// </summary>
internal sealed record StoreState
{
    /// <summary>The version of this document's own form.</summary>
    public const string CurrentSchema = "mtlsplit.store/1";

    /// <summary>Refusals that are remembered; then the oldest is forgotten.</summary>
    public const int MostRefusals = 32;

    /// <summary>The document's form: <see cref="CurrentSchema"/>.</summary>
    public string Schema { get; init; } = CurrentSchema;

    /// <summary>The bundle that runs; null only before the first.</summary>
    public InstalledBundle? Active { get; init; }

    /// <summary>The last proven one before it, kept to return to.</summary>
    public InstalledBundle? Previous { get; init; }

    /// <summary>Set while the active one is provisional.</summary>
    public Probation? Probation { get; init; }

    /// <summary>The highest release counter that was proven here. Never falls.</summary>
    public long HighWater { get; init; }

    /// <summary>A bundle whose models are being tried.</summary>
    public Attempt? Attempt { get; init; }

    /// <summary>What was refused, the newest last.</summary>
    public Refusal[] Refused { get; init; } = [];

    /// <summary>The bundles whose folders are needed.</summary>
    public IEnumerable<InstalledBundle> Kept => new[] { Active, Previous }.OfType<InstalledBundle>();

    /// <summary>Takes the bundle that the vehicle came with. It counts as proven.</summary>
    public StoreState Adopt(InstalledBundle bundle) => this with { Active = bundle, Previous = null, Probation = null, HighWater = Math.Max(HighWater, bundle.ReleaseCounter) };

    /// <summary>Lets a new bundle run, provisionally. What was proven last is kept; a provisional one before it goes.</summary>
    public StoreState Activate(InstalledBundle bundle, long now) => this with
    {
        Active = bundle,
        Previous = Probation is null ? Active : Previous,
        Probation = new Probation(now, 0, FieldEvidence.None(bundle.Digest)),
        Attempt = null,
        Refused = Without(bundle.Digest),
    };

    /// <summary>The active bundle is proven.</summary>
    public StoreState Prove() => Probation is null ? this : this with { Probation = null, HighWater = Math.Max(HighWater, Active!.ReleaseCounter) };

    /// <summary>Back to the kept bundle, which needs no proof, because somebody wants it. The other one is kept in its place if it was proven.</summary>
    public StoreState Return() => Previous is null ? this : this with { Active = Previous, Previous = Probation is null ? Active : null, Probation = null, Attempt = null };

    /// <summary>Back to the kept bundle because the active one is no good. Nothing changes where there is none to go back to, but that it is refused.</summary>
    public StoreState RollBack(Refusal refusal) => Previous is null
        ? Refuse(refusal)
        : Refuse(refusal) with { Active = Previous, Previous = null, Probation = null };

    /// <summary>Remembers a refusal, in the place of an older one of the same bundle.</summary>
    public StoreState Refuse(Refusal refusal) => this with
    {
        Attempt = null,
        Refused = [.. Without(refusal.Digest).TakeLast(MostRefusals - 1), refusal],
    };

    /// <summary>Forgets that a bundle was refused, so that it may be tried again.</summary>
    public StoreState Forget(string digest) => this with { Refused = Without(digest), Attempt = Attempt?.Digest == digest ? null : Attempt };

    /// <summary>The active bundle as it is reported; null before the first.</summary>
    public RunningBundle? ReportActive() => Active is { } bundle ? new RunningBundle(bundle.Digest, bundle.Contract, bundle.ReleaseCounter, Probation is null) : null;

    /// <summary>The kept bundle as it is reported; null for none.</summary>
    public RunningBundle? ReportPrevious() => Previous is { } bundle ? new RunningBundle(bundle.Digest, bundle.Contract, bundle.ReleaseCounter, Proven: true) : null;

    /// <summary>The refusal of a bundle, or null.</summary>
    public Refusal? FindRefusal(string digest) => Array.Find(Refused, r => r.Digest == digest);

    private Refusal[] Without(string digest) => [.. Refused.Where(r => r.Digest != digest)];
}
