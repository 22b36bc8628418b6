using Microsoft.Extensions.Options;

namespace MtlSplit.IoT.Hosting.Bus;

[OptionsValidator]
internal sealed partial class BusSettingsValidator : IValidateOptions<BusSettings>;
