using Microsoft.Extensions.Options;

namespace MtlSplit.IoT.Cli.Brokers;

[OptionsValidator]
internal sealed partial class BrokerSettingsValidator : IValidateOptions<BrokerSettings>;
