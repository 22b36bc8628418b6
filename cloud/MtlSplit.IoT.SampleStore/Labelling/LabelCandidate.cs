using MtlSplit.IoT.Contracts.Labels;
using MtlSplit.IoT.SampleStore.LabelFiles;

namespace MtlSplit.IoT.SampleStore.Labelling;

/// <summary>A row that reads as a label.</summary>
/// <param name="Row">The row.</param>
/// <param name="Vehicle">Its vehicle.</param>
/// <param name="Label">The label.</param>
/// <param name="HasOwnTime">Whether the row says when the label was made.</param>
internal readonly record struct LabelCandidate(LabelFileRow Row, string Vehicle, LabelMessage Label, bool HasOwnTime);
