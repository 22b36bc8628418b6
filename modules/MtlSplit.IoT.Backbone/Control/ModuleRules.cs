using Microsoft.Extensions.Options;

namespace MtlSplit.IoT.Backbone.Control;

/// <summary>What a module must be told by its settings: where it keeps bundles, and whose it accepts. A twin may say neither.</summary>
internal sealed class ModuleRules : IValidateOptions<BackboneOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, BackboneOptions options)
    {
        List<string> faults = [];
        if (options.Store.Length == 0)
        {
            faults.Add($"The {BackboneOptions.Section}:{nameof(options.Store)} is required of an IoT Edge module: the folder where it keeps the bundles that it is told to run.");
        }

        if (options.Keys.Length == 0)
        {
            faults.Add($"The {BackboneOptions.Section}:{nameof(options.Keys)} is required of an IoT Edge module: the public keys whose bundles it accepts.");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
