using System.Text.Json.Serialization;

namespace MtlSplit.IoT.Retraining.DriftSimulation;

/// <summary>What a simulation found.</summary>
internal sealed record SimulationReport(string Subject, ulong Seed, double Budget, int Streams, double Level, IReadOnlyList<QuietMonths> Quiet, IReadOnlyList<DetectionDelay> Delays);

/// <summary>Months without drift.</summary>
/// <param name="SceneSeconds">How long a vehicle stays at a scene; 0: frames are independent.</param>
/// <param name="Months">How many fleet-months.</param>
/// <param name="Checks">How many checks, over all streams.</param>
/// <param name="Suspicious">How many of them the cheap test was suspicious in.</param>
/// <param name="FalseAlarms">How many alarms were raised.</param>
/// <param name="PerMonth">Alarms a fleet-month.</param>
/// <param name="Low">The lower end of its 95 % interval (Poisson, exact).</param>
/// <param name="High">The upper end.</param>
/// <param name="BlockSeconds">How long blocks were, the median.</param>
internal sealed record QuietMonths(double SceneSeconds, int Months, long Checks, long Suspicious, int FalseAlarms, double PerMonth, double Low, double High, double BlockSeconds);

/// <summary>How long a drift went unseen.</summary>
/// <param name="Drift">What changed.</param>
/// <param name="Task">For whose answers.</param>
/// <param name="AccuracyBefore">Accuracy before.</param>
/// <param name="AccuracyAfter">Accuracy in it.</param>
/// <param name="Trials">How often it was tried.</param>
/// <param name="Detected">How often an alarm was raised within two days.</param>
/// <param name="MedianHours">The median delay where it was.</param>
/// <param name="LowHours">The tenth percentile.</param>
/// <param name="HighHours">The ninetieth.</param>
internal sealed record DetectionDelay(
    string Drift, string Task, double AccuracyBefore, double AccuracyAfter, int Trials, int Detected, double? MedianHours, double? LowHours, double? HighHours);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(SimulationReport))]
internal sealed partial class SimulationJson : JsonSerializerContext;
