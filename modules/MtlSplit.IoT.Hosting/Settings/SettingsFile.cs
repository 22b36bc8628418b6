using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.Logging;

namespace MtlSplit.IoT.Hosting.Settings;

/// <summary>
/// A watched file of settings. A change that does not parse is logged and leaves the settings as they were, so that a
/// half-written file never resets a running process.
/// </summary>
internal sealed class SettingsFile : JsonConfigurationSource
{
    private ILogger? _log;

    public void ReportTo(ILogger log) => _log = log;

    public override IConfigurationProvider Build(IConfigurationBuilder builder)
    {
        EnsureDefaults(builder);
        return new Provider(this);
    }

    private sealed class Provider(SettingsFile source) : JsonConfigurationProvider(source)
    {
        private bool _loaded;

        public override void Load(Stream stream)
        {
            try
            {
                base.Load(stream);
                _loaded = true;
            }
            catch (FormatException e) when (_loaded)
            {
                if (source._log is { } log)
                {
                    Log.ChangeIgnored(log, source.Path!, e.InnerException?.Message ?? e.Message);
                }
            }
        }
    }
}
