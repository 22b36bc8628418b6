using System.Text.Json.Serialization;

namespace MtlSplit.IoT.Training.Joint;

[JsonSerializable(typeof(TrainedModel.ModelHeader))]
[JsonSerializable(typeof(CheckpointHeader))]
[JsonSerializable(typeof(TrainingOptions))]
internal sealed partial class JointJson : JsonSerializerContext;
