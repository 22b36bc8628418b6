using Microsoft.Extensions.Options;

namespace MtlSplit.IoT.Hosting.Running;

[OptionsValidator]
internal sealed partial class ProcessOptionsValidator : IValidateOptions<ProcessOptions>;
