namespace MtlSplit.IoT.HubProtocol.Deployments;

/// <summary>The words by which deployments and reported properties name what the enumerations stand for.</summary>
public static class DeploymentWords
{
    internal static readonly (string Word, ModuleStatus Value)[] Statuses = [("running", ModuleStatus.Running), ("stopped", ModuleStatus.Stopped)];

    internal static readonly (string Word, RestartPolicy Value)[] RestartPolicies =
    [
        ("never", RestartPolicy.Never), ("on-failure", RestartPolicy.OnFailure), ("on-unhealthy", RestartPolicy.OnUnhealthy), ("always", RestartPolicy.Always),
    ];

    internal static readonly (string Word, ImagePullPolicy Value)[] PullPolicies = [("on-create", ImagePullPolicy.OnCreate), ("never", ImagePullPolicy.Never)];

    /// <summary>The word for a status: <c>running</c> or <c>stopped</c>.</summary>
    public static string ToWord(this ModuleStatus status) => Word(Statuses, status);

    /// <summary>The word for a restart policy: <c>never</c>, <c>on-failure</c>, <c>on-unhealthy</c> or <c>always</c>.</summary>
    public static string ToWord(this RestartPolicy policy) => Word(RestartPolicies, policy);

    /// <summary>The word for a pull policy: <c>on-create</c> or <c>never</c>.</summary>
    public static string ToWord(this ImagePullPolicy policy) => Word(PullPolicies, policy);

    private static string Word<T>((string Word, T Value)[] words, T value)
        where T : struct, Enum => words.First(word => EqualityComparer<T>.Default.Equals(word.Value, value)).Word;
}
