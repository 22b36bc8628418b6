using System.Text.Json;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Contracts.Heads;
using MtlSplit.IoT.Contracts.Topics;
using MtlSplit.IoT.Registry.Storing;

namespace MtlSplit.IoT.Registry.Promoting;

/// <summary>
/// Pointers with their histories. A change is a new record that names the one before by its digest; it takes effect with the replacement of the
/// pointer, in one step. A record behind the pointer's is of a change that a crash came before, and is overwritten by the next one.
/// </summary>
internal sealed class AliasBook(RegistryFolder folder, DurableFolder files)
{
    /// <summary>Every fleet, contract and task with a pointer.</summary>
    public IEnumerable<AliasKey> Keys() =>
        from fleet in files.Folders(folder.Aliases)
        where BusName.IsValid(Path.GetFileName(fleet))
        from contract in files.Folders(fleet)
        where ContractId.TryParse(Path.GetFileName(contract), out _)
        from task in files.Folders(contract)
        where BusName.IsValid(Path.GetFileName(task))
        let key = new AliasKey(Path.GetFileName(fleet), ContractId.Parse(Path.GetFileName(contract)), Path.GetFileName(task))
        where files.Exists(PointerOf(key))
        select key;

    /// <summary>What is in effect; null where nothing ever was.</summary>
    /// <exception cref="RegistryException">Pointer or record is damaged.</exception>
    public AliasRecord? Current(AliasKey key)
    {
        var file = PointerOf(key);
        return files.Read(file) is not { } bytes ? null
            : AliasPointer.TryParse(bytes, out var pointer) ? (pointer == AliasPointer.None ? null : Record(key, pointer))
            : throw new RegistryException(RegistryFault.Damaged, file, "it is no pointer: a number, a SHA-256 and a line end are expected ('mtlsplit registry verify --mend' points to the newest record again)");
    }

    /// <summary>Every record that is or was in effect, oldest first; each names the one before it.</summary>
    /// <exception cref="RegistryException">Pointer or a record is damaged, or one is missing.</exception>
    public IReadOnlyList<AliasRecord> History(AliasKey key) => Current(key) is { } newest ? Chain(key, newest) : [];

    /// <summary>Makes a record take effect.</summary>
    public void Append(AliasKey key, AliasRecord record)
    {
        if (record.Sequence == 1)
        {
            files.Write(PointerOf(key), AliasPointer.None.ToBytes());
        }

        files.Write(RecordOf(key, record.Sequence), record.ToCanonicalJson());
        files.Write(PointerOf(key), record.ToPointer().ToBytes());
    }

    /// <summary>
    /// Points to the newest record from which an unbroken history leads back to the first. Only for a pointer that is damaged: the newest may be
    /// of a change that a crash came before, which its author meant.
    /// </summary>
    /// <returns>The record; null where no history is whole.</returns>
    public AliasRecord? Mend(AliasKey key)
    {
        foreach (var file in files.Files(folder.AliasesOf(key.Fleet, key.Contract, key.Task), RegistryFolder.DocumentSuffix).Reverse())
        {
            try
            {
                var record = AliasRecord.Parse(files.Read(file)!);
                if (file == RecordOf(key, record.Sequence) && Chain(key, record).Count == record.Sequence)
                {
                    files.Write(PointerOf(key), record.ToPointer().ToBytes());
                    return record;
                }
            }
            catch (Exception e) when (e is JsonException or RegistryException)
            {
                // Not this one; an older one may be whole.
            }
        }

        return null;
    }

    /// <summary>Those whose pointer is gone, does not read, or leads to no whole record.</summary>
    public IEnumerable<AliasKey> Broken() => Histories().Where(key => !files.Exists(PointerOf(key)) || !Reads(key));

    /// <summary>Every fleet, contract and task with records, whether a pointer leads to one or not.</summary>
    public IEnumerable<AliasKey> Histories() =>
        from record in files.Below(folder.Aliases)
        where record.EndsWith(RegistryFolder.DocumentSuffix, StringComparison.Ordinal)
        let place = Path.GetDirectoryName(record)!
        group record by place into same
        let parts = Path.GetRelativePath(folder.Aliases, same.Key).Split(Path.DirectorySeparatorChar)
        where parts.Length == 3 && BusName.IsValid(parts[0]) && ContractId.TryParse(parts[1], out _) && BusName.IsValid(parts[2])
        select new AliasKey(parts[0], ContractId.Parse(parts[1]), parts[2]);

    /// <summary>The pointer's file.</summary>
    public string PointerOf(AliasKey key) => folder.PointerFile(key.Fleet, key.Contract, key.Task);

    private bool Reads(AliasKey key)
    {
        try
        {
            _ = Current(key);
            return true;
        }
        catch (RegistryException)
        {
            return false;
        }
    }

    private string RecordOf(AliasKey key, int sequence) => folder.RecordFile(key.Fleet, key.Contract, key.Task, sequence);

    private List<AliasRecord> Chain(AliasKey key, AliasRecord newest)
    {
        var chain = new List<AliasRecord> { newest };
        while (chain[^1] is { Before: { } before, Sequence: > 1 } record)
        {
            chain.Add(Record(key, new AliasPointer(record.Sequence - 1, before)));
        }

        if (chain[^1].Sequence != 1 || chain[^1].Before is not null)
        {
            throw new RegistryException(RegistryFault.Damaged, RecordOf(key, chain[^1].Sequence), "its history does not lead back to record 1");
        }

        chain.Reverse();
        return chain;
    }

    private AliasRecord Record(AliasKey key, AliasPointer pointer)
    {
        var file = RecordOf(key, pointer.Sequence);
        var bytes = files.Read(file) ?? throw new RegistryException(RegistryFault.Missing, file, $"record {pointer.Sequence} of {key} is not there");
        var found = BlobStore.DigestOf(bytes);
        if (found != pointer.Record)
        {
            throw new RegistryException(RegistryFault.Damaged, file, $"SHA-256 is {found}, what leads to it says {pointer.Record}");
        }

        try
        {
            var record = AliasRecord.Parse(bytes);
            return record.Sequence == pointer.Sequence && record.Fleet == key.Fleet && record.Contract == key.Contract.ToString() && record.Task == key.Task
                ? record
                : throw new RegistryException(RegistryFault.Damaged, file, $"it is record {record.Sequence} of task '{record.Task}', fleet '{record.Fleet}' and contract {record.Contract}, and lies elsewhere");
        }
        catch (JsonException e)
        {
            throw new RegistryException(RegistryFault.Damaged, file, e.Message, e);
        }
    }
}
