using Microsoft.Extensions.Options;

namespace MtlSplit.IoT.Backbone;

[OptionsValidator]
internal sealed partial class BackboneOptionsValidator : IValidateOptions<BackboneOptions>;
