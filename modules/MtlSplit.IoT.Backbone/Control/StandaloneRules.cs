using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using MtlSplit.IoT.Hosting.Settings;

namespace MtlSplit.IoT.Backbone.Control;

/// <summary>What a process on its own must be told by its settings, since nobody else tells it.</summary>
internal sealed class StandaloneRules : IValidateOptions<BackboneOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, BackboneOptions options)
    {
        List<string> faults = [];
        var (id, required) = (new BusIdAttribute(), new RequiredAttribute());
        if (options.Fleet.Length == 0)
        {
            faults.Add(id.FormatErrorMessage($"{BackboneOptions.Section}:{nameof(options.Fleet)}"));
        }

        if (options.Vehicle.Length == 0)
        {
            faults.Add(id.FormatErrorMessage($"{BackboneOptions.Section}:{nameof(options.Vehicle)}"));
        }

        if (options.Bundle.Length == 0)
        {
            faults.Add(required.FormatErrorMessage($"{BackboneOptions.Section}:{nameof(options.Bundle)}"));
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
