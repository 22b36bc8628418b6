using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Contracts.Bundles.Signatures;
using MtlSplit.IoT.Contracts.Heads;
using MtlSplit.IoT.Registry.Announcing;
using MtlSplit.IoT.Registry.Promoting;
using MtlSplit.IoT.Registry.Registering;

namespace MtlSplit.IoT.Registry;

public sealed partial class ModelRegistry
{
    /// <summary>Every fleet, contract and task with aliases.</summary>
    public IReadOnlyList<AliasKey> AliasKeys() => [.. _aliases.Keys()];

    /// <summary>Where the aliases lead; null where none was ever set.</summary>
    /// <exception cref="RegistryException">Pointer or record is damaged.</exception>
    public AliasRecord? Aliases(AliasKey key) => _aliases.Current(key);

    /// <summary>The head that an alias leads to; null where it leads nowhere.</summary>
    /// <exception cref="RegistryException">Pointer, record or the head's document is damaged.</exception>
    public RegisteredHead? Head(AliasKey key, HeadAlias alias)
    {
        ArgumentNullException.ThrowIfNull(key);
        return Target(_aliases.Current(key), alias) is { } target ? _shelves.Head(key.Contract, key.Task, target) : null;
    }

    /// <summary>Every change of the aliases, oldest first. None can be changed or taken out unseen.</summary>
    /// <exception cref="RegistryException">Pointer or a record is damaged.</exception>
    public IReadOnlyList<AliasChange> History(AliasKey key)
    {
        var records = _aliases.History(key);
        return [.. records.Select((record, i) => Change(i == 0 ? null : records[i - 1], record))];
    }

    /// <summary>Lets a head answer. The one that answered becomes the one before.</summary>
    /// <param name="key">For whom.</param>
    /// <param name="head">The head.</param>
    /// <param name="reason">Who and why.</param>
    /// <param name="options">What it goes by; null for the defaults.</param>
    /// <returns>The change; null where it answers already.</returns>
    /// <exception cref="RegistryException">It must not answer, or somebody else was quicker. Nothing has changed.</exception>
    public AliasChange? Promote(AliasKey key, RegisteredHead head, ChangeReason reason, PromotionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(head);
        ArgumentNullException.ThrowIfNull(reason);
        options ??= new PromotionOptions();
        return _lock.While(() =>
        {
            CheckUsable(key, head);
            if (head.Refusal is { } refusal && !options.DespiteGate)
            {
                throw new RegistryException(RegistryFault.GateRefused, head.Version, $"the gate refused it ({refusal}); 'mtlsplit registry show {head.Version}' says why");
            }

            var current = _aliases.Current(key);
            var production = current is null ? options.InUse?.Target : current.Production;
            CheckExpected(key, production, options.Expected);
            if (production == head.Target && current is not null)
            {
                return null;
            }

            if (current is null && options.InUse is { } inUse && inUse.Target != head.Target)
            {
                CheckPlace(key, inUse);
                current = Append(key, null, AliasAction.Adopt, reason with { Why = "it answered without an alias" }, record => record with { Production = inUse.Target });
            }

            return Move(key, current, AliasAction.Promote, reason, record => record with
            {
                Production = head.Target,
                Previous = record.Production,
                Shadow = record.Shadow == head.Target ? null : record.Shadow,
            });
        });
    }

    /// <summary>Lets the head before answer again; the one that answered becomes the one before, so that doing it twice changes nothing.</summary>
    /// <param name="key">For whom.</param>
    /// <param name="reason">Who and why.</param>
    /// <param name="expected">The version that whoever asks believes to be in production; null where they do not mind.</param>
    /// <exception cref="RegistryException">There is none before, it must not answer any more, or somebody else was quicker. Nothing has changed.</exception>
    public AliasChange Rollback(AliasKey key, ChangeReason reason, string? expected = null)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(reason);
        return _lock.While(() =>
        {
            var current = Known(key);
            CheckExpected(key, current.Production, expected);
            if (current.Previous is not { } previous)
            {
                throw new RegistryException(RegistryFault.NothingBefore, $"{key}", "no head answered before this one");
            }

            CheckUsable(key, _shelves.Head(key.Contract, key.Task, previous));
            return Move(key, current, AliasAction.Rollback, reason, record => record with { Production = previous, Previous = record.Production });
        });
    }

    /// <summary>Watches a head beside the one that answers, or none.</summary>
    /// <param name="key">For whom.</param>
    /// <param name="head">The head; null: none any more.</param>
    /// <param name="reason">Who and why.</param>
    /// <returns>The change; null where nothing changes.</returns>
    /// <exception cref="RegistryException">It must not be used. Nothing has changed.</exception>
    public AliasChange? SetShadow(AliasKey key, RegisteredHead? head, ChangeReason reason)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(reason);
        return _lock.While(() =>
        {
            if (head is not null)
            {
                CheckUsable(key, head);
            }

            var current = _aliases.Current(key);
            return current?.Shadow == head?.Target ? null
                : Move(key, current, head is null ? AliasAction.Unshadow : AliasAction.Shadow, reason, record => record with { Shadow = head?.Target });
        });
    }

    /// <summary>
    /// Lets the head that came in a bundle answer where none does yet. Where one answers already, nothing changes.
    /// </summary>
    /// <param name="fleet">The fleet.</param>
    /// <param name="bundle">The bundle.</param>
    /// <param name="task">One of its tasks.</param>
    /// <param name="reason">Who and why.</param>
    /// <param name="key">Who signs the head; null: nobody.</param>
    /// <returns>The head that answers.</returns>
    /// <exception cref="RegistryException">It must not answer, or the one that answers is damaged.</exception>
    public RegisteredHead PublishInitial(string fleet, Bundle bundle, BundleTask task, ChangeReason reason, SigningKey? key = null)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        ArgumentNullException.ThrowIfNull(task);
        var alias = new AliasKey(fleet, bundle.Contract, task.Name);
        if (Head(alias, HeadAlias.Production) is { } there)
        {
            return there;
        }

        var head = RegisterInitial(bundle, task, key);
        try
        {
            Promote(alias, head, reason, new PromotionOptions { Expected = PromotionOptions.Nothing });
            return head;
        }
        catch (RegistryException e) when (e.Fault == RegistryFault.Overtaken)
        {
            return Head(alias, HeadAlias.Production)!;
        }
    }

    /// <summary>Points to the newest record of an unbroken history again, wherever a pointer is gone, does not read, or leads to no whole record.</summary>
    /// <returns>What was mended, and which head answers there now; none of a history that is not whole either.</returns>
    public IReadOnlyList<(AliasKey Key, AliasRecord? Record)> Mend() => _lock.While(() => _aliases.Broken().ToList().ConvertAll(key => (key, _aliases.Mend(key))));

    private static AliasTarget? Target(AliasRecord? record, HeadAlias alias) => alias switch
    {
        HeadAlias.Production => record?.Production,
        HeadAlias.Shadow => record?.Shadow,
        HeadAlias.Previous => record?.Previous,
        _ => throw new ArgumentOutOfRangeException(nameof(alias), alias, "No such alias."),
    };

    private static AliasChange Change(AliasRecord? before, AliasRecord record)
    {
        var moved = AliasAction.Moves(record.Action);
        return new AliasChange(record, moved, Target(before, moved), Target(record, moved));
    }

    private static void CheckExpected(AliasKey key, AliasTarget? production, string? expected)
    {
        var found = production?.Version ?? PromotionOptions.Nothing;
        if (expected is not null && expected != found)
        {
            throw new RegistryException(RegistryFault.Overtaken, $"{key}", $"{found} answers, not {expected}: it was changed meanwhile");
        }
    }

    private static void CheckPlace(AliasKey key, RegisteredHead head)
    {
        if (head.Contract != key.Contract || head.Manifest.Task != key.Task)
        {
            throw new RegistryException(RegistryFault.Unknown, head.Version, $"it is for task '{head.Manifest.Task}' of contract {head.Contract.ShortForm}, not for {key}");
        }
    }

    private AliasRecord Known(AliasKey key) => _aliases.Current(key) ?? throw new RegistryException(RegistryFault.Unknown, $"{key}", "no alias was ever set");

    /// <summary>What is about to answer is read whole once more: document, ONNX file and signature.</summary>
    private void CheckUsable(AliasKey key, RegisteredHead head)
    {
        CheckPlace(key, head);
        var read = _shelves.Head(key.Contract, key.Task, head.Target);
        _vouching.Check(read);
        Onnx(read);
    }

    private AliasChange Move(AliasKey key, AliasRecord? current, string action, ChangeReason reason, Func<AliasRecord, AliasRecord> change) =>
        Change(current, Append(key, current, action, reason, change));

    private AliasRecord Append(AliasKey key, AliasRecord? current, string action, ChangeReason reason, Func<AliasRecord, AliasRecord> change)
    {
        var next = change(new AliasRecord
        {
            Fleet = key.Fleet,
            Contract = key.Contract.ToString(),
            Task = key.Task,
            Sequence = (current?.Sequence ?? 0) + 1,
            Before = current?.ToPointer().Record,
            Action = action,
            At = Now,
            By = reason.By,
            Why = reason.Why,
            Production = current?.Production,
            Previous = current?.Previous,
            Shadow = current?.Shadow,
        });
        var moved = Change(current, next);
        var kind = action == AliasAction.Rollback ? ChangeKind.RolledBack : moved.Alias == HeadAlias.Shadow ? ChangeKind.ShadowChanged : ChangeKind.Promoted;
        Announce(_folder.RecordFile(key.Fleet, key.Contract, key.Task, next.Sequence), next.ToPointer().Record, new RegistryChange
        {
            Kind = kind,
            Subject = moved.To?.Version ?? moved.From?.Version ?? "",
            At = next.At,
            Fleet = key.Fleet,
            Contract = next.Contract,
            Task = key.Task,
            By = reason.By,
            Why = reason.Why,
            From = moved.From?.Version,
            To = moved.To?.Version,
        });
        _aliases.Append(key, next);
        return next;
    }
}
