using Microsoft.Extensions.Options;

namespace MtlSplit.IoT.Cli.Samples;

[OptionsValidator]
internal sealed partial class RecorderSettingsValidator : IValidateOptions<RecorderSettings>;
