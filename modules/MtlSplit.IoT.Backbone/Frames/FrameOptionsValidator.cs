using Microsoft.Extensions.Options;

namespace MtlSplit.IoT.Backbone.Frames;

[OptionsValidator]
internal sealed partial class FrameOptionsValidator : IValidateOptions<FrameOptions>;
