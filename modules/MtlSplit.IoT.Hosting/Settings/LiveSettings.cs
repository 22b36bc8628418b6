using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MtlSplit.IoT.Hosting.Settings;

/// <summary>
/// Options that may change while the process runs: the newest values that were valid. A change to something invalid is logged
/// with the setting's path and otherwise ignored, so reading never throws. Safe to read from any thread.
/// </summary>
/// <typeparam name="TOptions">The options.</typeparam>
public sealed class LiveSettings<
    [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] TOptions> : IDisposable
    where TOptions : class, new()
{
    private readonly List<IDisposable> _watches = [];
    private volatile TOptions _value;

    /// <summary>Reads the values and follows them.</summary>
    /// <param name="factory">Makes and checks options from the present settings.</param>
    /// <param name="changes">Say when settings changed.</param>
    /// <param name="log">Where refused changes are told.</param>
    /// <exception cref="OptionsValidationException">The first values are not valid.</exception>
    public LiveSettings(IOptionsFactory<TOptions> factory, IEnumerable<IOptionsChangeTokenSource<TOptions>> changes, ILogger<LiveSettings<TOptions>> log)
    {
        _value = factory.Create(Options.DefaultName);
        foreach (var source in changes)
        {
            _watches.Add(Microsoft.Extensions.Primitives.ChangeToken.OnChange(source.GetChangeToken, () => Refresh(factory, log)));
        }
    }

    /// <summary>Raised after <see cref="Value"/> changed, on the thread that noticed it.</summary>
    public event Action<TOptions>? Changed;

    /// <summary>The newest values that were valid.</summary>
    public TOptions Value => _value;

    /// <summary>Stops following; the last values stay.</summary>
    public void Dispose()
    {
        foreach (var watch in _watches)
        {
            watch.Dispose();
        }
    }

    private void Refresh(IOptionsFactory<TOptions> factory, ILogger log)
    {
        try
        {
            _value = factory.Create(Options.DefaultName);
        }
        catch (Exception e) when (e is OptionsValidationException or InvalidOperationException)
        {
            Log.ChangeRefused(log, e.Message);
            return;
        }

        Changed?.Invoke(_value);
    }
}
