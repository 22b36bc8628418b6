using Microsoft.Extensions.Options;

namespace MtlSplit.IoT.Cli.LabelServing;

[OptionsValidator]
internal sealed partial class LabelServerSettingsValidator : IValidateOptions<LabelServerSettings>;
