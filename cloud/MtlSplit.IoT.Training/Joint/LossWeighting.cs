using System.Text.Json.Serialization;

namespace MtlSplit.IoT.Training.Joint;

/// <summary>How the losses of the tasks become one that is followed downhill.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LossWeighting>))]
public enum LossWeighting
{
    /// <summary>The weighted sum, as in the paper of MTL-Split.</summary>
    [JsonStringEnumMemberName("sum")]
    Sum,

    /// <summary>The weighted geometric mean (GLS): a task whose losses are greater by nature does not outweigh the others, since a factor changes nothing.</summary>
    [JsonStringEnumMemberName("geometric")]
    Geometric,

    /// <summary>A sum whose weights are the softmax of the inverse losses over a temperature: uncertainty weighting in its analytic form (Kirchdorfer et al., 2024, UW-SO). Weights are constants to the gradient.</summary>
    [JsonStringEnumMemberName("uncertainty")]
    Uncertainty,
}
