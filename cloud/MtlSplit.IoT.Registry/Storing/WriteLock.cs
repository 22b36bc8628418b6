using MtlSplit.IoT.Storage.Files;
using Polly;
using Polly.Retry;

namespace MtlSplit.IoT.Registry.Storing;

/// <summary>Lets one process at a time change the registry. Changes are short, so others wait for their turn instead of failing.</summary>
internal sealed class WriteLock(DurableFolder files, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly ResiliencePipeline _turn = new ResiliencePipelineBuilder { Name = "registry-turn", TimeProvider = time }
        .AddRetry(new RetryStrategyOptions
        {
            Name = "again",
            ShouldHandle = new PredicateBuilder().Handle<FolderInUseException>(),
            MaxRetryAttempts = (int)(Patience / Pause),
            Delay = Pause,
            BackoffType = DelayBackoffType.Constant,
        })
        .Build();

    /// <summary>Does something while nobody else changes anything.</summary>
    /// <exception cref="RegistryException">It is not our turn after 20 s.</exception>
    public T While<T>(Func<T> change)
    {
        files.Create(files.Root);
        try
        {
            using var turn = _turn.Execute(static root => FolderLock.Take(root), files.Root);
            return change();
        }
        catch (FolderInUseException e)
        {
            throw new RegistryException(RegistryFault.Busy, e.Folder, $"{e.Holder} has been changing it for {Patience.TotalSeconds:0} s", e);
        }
    }
}
