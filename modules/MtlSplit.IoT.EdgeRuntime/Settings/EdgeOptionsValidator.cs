using Microsoft.Extensions.Options;

namespace MtlSplit.IoT.EdgeRuntime.Settings;

[OptionsValidator]
internal sealed partial class EdgeOptionsValidator : IValidateOptions<EdgeOptions>;
