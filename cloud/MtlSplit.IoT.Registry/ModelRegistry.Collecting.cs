using MtlSplit.IoT.Registry.Announcing;
using MtlSplit.IoT.Registry.Collecting;

namespace MtlSplit.IoT.Registry;

public sealed partial class ModelRegistry
{
    /// <summary>Takes what no alias, no vehicle and no backlog needs; or says what that would be.</summary>
    /// <param name="needed">What is needed outside the registry.</param>
    /// <param name="grace">For how long what an alias led to, and what is new, stays.</param>
    /// <param name="apply">Whether to take it.</param>
    /// <exception cref="RegistryException">Something is damaged, so that what it needs cannot be known. Nothing was taken.</exception>
    public CollectionReport Collect(StillNeeded needed, TimeSpan grace, bool apply)
    {
        ArgumentNullException.ThrowIfNull(needed);
        return _lock.While(() =>
        {
            var collector = new GarbageCollector(_folder, _files, _blobs, _shelves, _bundles, _aliases, needed, Now - (long)grace.TotalMicroseconds);
            var report = collector.Plan();
            if (!apply || report.Taken.Count == 0)
            {
                return report with { Applied = apply };
            }

            foreach (var fleet in _aliases.Keys().Select(key => key.Fleet).Distinct())
            {
                _changes?.Add(new RegistryChange
                {
                    Kind = ChangeKind.Collected,
                    Subject = "registry",
                    At = Now,
                    Fleet = fleet,
                    Why = $"{report.Taken.Count} things that nothing needs, {report.Bytes} bytes",
                });
            }

            collector.Apply();
            return report with { Applied = true };
        });
    }
}
