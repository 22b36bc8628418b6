namespace MtlSplit.IoT.DevHub.Registry.Changes;

/// <summary>Numbers that never come twice, whatever is deleted.</summary>
/// <param name="LastEtag">The last etag.</param>
/// <param name="LastGeneration">The last generation id.</param>
internal sealed record RegistryCounters(long LastEtag, long LastGeneration);
