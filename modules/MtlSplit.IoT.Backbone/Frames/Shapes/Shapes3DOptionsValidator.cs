using Microsoft.Extensions.Options;

namespace MtlSplit.IoT.Backbone.Frames.Shapes;

[OptionsValidator]
internal sealed partial class Shapes3DOptionsValidator : IValidateOptions<Shapes3DOptions>;
