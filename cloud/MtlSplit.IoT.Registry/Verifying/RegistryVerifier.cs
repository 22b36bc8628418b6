using MtlSplit.IoT.Contracts.Bundles;
using MtlSplit.IoT.Contracts.Canonical;
using MtlSplit.IoT.Contracts.Heads;
using MtlSplit.IoT.Registry.Promoting;
using MtlSplit.IoT.Registry.Registering;
using MtlSplit.IoT.Registry.Storing;

namespace MtlSplit.IoT.Registry.Verifying;

/// <summary>Reads every file of a registry once and says of each that is wrong what is wrong with it. One instance verifies once.</summary>
internal sealed class RegistryVerifier(RegistryFolder folder, DurableFolder files, BlobStore blobs, DocumentStore documents, HeadShelves shelves, BundleShelf bundles, AliasBook aliases, Vouching vouching)
{
    private readonly List<VerifyFinding> _findings = [];
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private int _signed;

    public VerifyReport Run(CancellationToken ct)
    {
        var contents = 0;
        foreach (var file in files.Folders(folder.Blobs).SelectMany(part => files.Files(part)).Where(file => RegistryFolder.IsDigest(Path.GetFileName(file))))
        {
            ct.ThrowIfCancellationRequested();
            contents++;
            _seen.Add(file);
            Try(file, () => CheckContent(file));
        }

        var heads = Documents(folder.Heads, shelves.ReadHead, CheckHead, canonical: true, ct);
        var runs = Documents(folder.Runs, shelves.ReadRun, CheckRun, canonical: true, ct);
        var manifests = Documents(folder.Bundles, bundles.Read, CheckBundle, canonical: false, ct);
        var pointers = 0;
        foreach (var key in aliases.Keys().Union(aliases.Histories()))
        {
            ct.ThrowIfCancellationRequested();
            pointers++;
            Try(aliases.PointerOf(key), () => CheckAliases(key));
        }

        foreach (var stranger in Strangers())
        {
            Add(RegistryFault.Damaged, stranger, "no file of this name belongs here");
        }

        return new VerifyReport(contents, heads.Count, runs.Count, manifests.Count, pointers, vouching.IsAsked ? _signed : null, [.. _findings.OrderBy(f => f.File, StringComparer.Ordinal)]);
    }

    private List<T> Documents<T>(string root, Func<string, T> read, Action<string, T> check, bool canonical, CancellationToken ct)
    {
        var all = new List<T>();
        foreach (var file in files.Below(root).Where(file => Path.GetExtension(file) == RegistryFolder.DocumentSuffix))
        {
            ct.ThrowIfCancellationRequested();
            _seen.Add(file);
            Try(file, () =>
            {
                var document = read(file);
                all.Add(document);
                if (canonical && documents.Bytes(file) is var bytes && !bytes.AsSpan().SequenceEqual(CanonicalJson.Canonicalise(bytes)))
                {
                    Add(RegistryFault.Damaged, file, "it is not in canonical form");
                }

                check(file, document);
            });
            var signatures = RegistryFolder.SignaturesOf(file);
            if (_seen.Add(signatures) && files.Exists(signatures))
            {
                Try(signatures, () => CheckSignatures(file));
            }
            else if (vouching.IsAsked && typeof(T) != typeof(RegisteredHead))
            {
                Add(RegistryFault.Unsigned, file, "nobody has signed it");
            }
        }

        return all;
    }

    private void CheckSignatures(string document)
    {
        var signatures = RegistryFolder.SignaturesOf(document);
        if (documents.Signatures(document) is { } read && !read.ToJson().AsSpan().SequenceEqual(files.Read(signatures)))
        {
            Add(RegistryFault.Damaged, signatures, "it is not as it was written");
        }

        if (vouching.Check(document).Count > 0)
        {
            _signed++;
        }
    }

    private void CheckContent(string file)
    {
        var digest = Path.GetFileName(file);
        if (Path.GetFileName(Path.GetDirectoryName(file)) != digest[..2])
        {
            Add(RegistryFault.Damaged, file, $"it belongs into {digest[..2]}");
        }

        var found = BlobStore.DigestOf(files.Read(file)!);
        if (found != digest)
        {
            Add(RegistryFault.Damaged, file, $"SHA-256 is {found}, its name says otherwise");
        }
    }

    private void CheckHead(string file, RegisteredHead head)
    {
        Need(head.Manifest.Sha256, file, "the ONNX file of", head.Version);
        if (vouching.IsAsked && documents.SignatureBytes(file) is null)
        {
            vouching.Check(head);
            _signed++;
        }

        if (head.Origin(RegisteredHead.Run) is { } id)
        {
            var run = folder.RunFile(head.Contract, head.Manifest.Task, id);
            if (!files.Exists(run))
            {
                Add(RegistryFault.Missing, run, $"the run that {head.Version} came out of is not there");
            }
            else if (head.Origin("snapshot") is { } snapshot)
            {
                Need(snapshot, file, "the snapshot that taught", head.Version);
            }
        }
    }

    // Its snapshot and its head may be collected once no alias needs the head. Its report stays, so that a refusal can be asked for for good.
    private void CheckRun(string file, RegisteredRun run) => Need(run.Manifest.Report, file, "the report of run", run.Id[..12]);

    private void CheckBundle(string file, RegisteredBundle bundle)
    {
        foreach (var part in bundle.Manifest.Files)
        {
            Need(part.Sha256, file, $"the file {part.Path} of bundle", bundle.Digest[..12]);
        }
    }

    private void CheckAliases(AliasKey key)
    {
        var pointer = aliases.PointerOf(key);
        if (!files.Exists(pointer))
        {
            Add(RegistryFault.Missing, pointer, "there is a history, and no pointer into it");
            return;
        }

        try
        {
            _ = aliases.Current(key);
        }
        catch (RegistryException e) when (e.Subject != pointer)
        {
            Add(e.Fault, pointer, "the record that it leads to is not there or another one: pointer or record was changed");
            throw;
        }

        if (aliases.History(key) is not [.., var newest])
        {
            // A crash came before the first change took effect.
            return;
        }

        foreach (var (alias, target) in new[] { (HeadAlias.Production, newest.Production), (HeadAlias.Shadow, newest.Shadow), (HeadAlias.Previous, newest.Previous) })
        {
            if (target is not null && !shelves.Contains(key.Contract, key.Task, target.Head))
            {
                Add(RegistryFault.Missing, folder.HeadFile(key.Contract, key.Task, target.Head), $"{alias} of {key} leads to {target.Version}, which is not there");
            }
        }
    }

    private void Need(string digest, string because, string what, string whose)
    {
        if (!RegistryFolder.IsDigest(digest))
        {
            Add(RegistryFault.Damaged, because, $"'{digest}' is no SHA-256; it should be {what} {whose}");
        }
        else if (!blobs.Contains(digest))
        {
            Add(RegistryFault.Missing, folder.BlobFile(digest), $"{what} {whose} is not there");
        }
    }

    // What is being replaced, the lock, the keys and what waits to be announced are no part of what is registered.
    private IEnumerable<string> Strangers() =>
        from part in new[] { folder.Blobs, folder.Heads, folder.Runs, folder.Bundles }
        from file in files.Below(part)
        where !_seen.Contains(file) && !file.EndsWith(Storage.Files.AtomicFile.NewSuffix, StringComparison.Ordinal)
        select file;

    private void Try(string file, Action check)
    {
        try
        {
            check();
        }
        catch (RegistryException e)
        {
            Add(e.Fault, Path.IsPathFullyQualified(e.Subject) ? e.Subject : file, e.Message);
        }
        catch (Exception e) when (e is BundleException or IOException or UnauthorizedAccessException)
        {
            Add(RegistryFault.Damaged, file, e.Message);
        }
    }

    private void Add(RegistryFault fault, string file, string what)
    {
        // Messages begin with their file; here it stands beside.
        var plain = what.StartsWith($"{file}: ", StringComparison.Ordinal) ? what[(file.Length + 2)..] : what;
        var finding = new VerifyFinding(fault, Path.GetRelativePath(folder.Root, file), plain);
        if (!_findings.Contains(finding))
        {
            _findings.Add(finding);
        }
    }
}
