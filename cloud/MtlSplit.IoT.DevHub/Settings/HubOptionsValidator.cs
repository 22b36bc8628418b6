using Microsoft.Extensions.Options;

namespace MtlSplit.IoT.DevHub.Settings;

[OptionsValidator]
internal sealed partial class HubOptionsValidator : IValidateOptions<HubOptions>;
