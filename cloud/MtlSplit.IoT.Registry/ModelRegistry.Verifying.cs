using MtlSplit.IoT.Registry.Verifying;

namespace MtlSplit.IoT.Registry;

public sealed partial class ModelRegistry
{
    /// <summary>Reads every file once: digests, canonical form, signatures where they are asked for, histories, and that nothing leads to what is not there.</summary>
    /// <param name="ct">Ends it.</param>
    public VerifyReport Verify(CancellationToken ct) =>
        new RegistryVerifier(_folder, _files, _blobs, _documents, _shelves, _bundles, _aliases, _vouching).Run(ct);
}
