namespace MtlSplit.IoT.SampleStore.Labelling;

/// <summary>A frame that is worth a label, and why. Each part of the score lies between 0 and 1; the score is their mean.</summary>
/// <param name="Fleet">The fleet.</param>
/// <param name="Vehicle">The vehicle.</param>
/// <param name="Frame">The frame, 32 hex digits.</param>
/// <param name="Task">The task.</param>
/// <param name="Contract">The contract of its feature, 64 hex digits.</param>
/// <param name="CapturedAt">When it was captured.</param>
/// <param name="Predicted">The class that the newest prediction names; its number where no head says its name.</param>
/// <param name="HeadVersion">The head that made it.</param>
/// <param name="Score">What it is ranked by.</param>
/// <param name="Margin">One less the distance of the two most probable classes: 1 where the head cannot tell them apart.</param>
/// <param name="Disagreement">Share of the other head versions that named another class than most did; 0 where only one answered.</param>
/// <param name="Rarity">One less how often the predicted class is predicted, beside the most frequent one.</param>
public sealed record QueuedFrame(
    string Fleet,
    string Vehicle,
    string Frame,
    string Task,
    string Contract,
    DateTimeOffset CapturedAt,
    string Predicted,
    string HeadVersion,
    double Score,
    double Margin,
    double Disagreement,
    double Rarity);
