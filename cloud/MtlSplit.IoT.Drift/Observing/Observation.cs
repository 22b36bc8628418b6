using MtlSplit.IoT.Contracts.Features;

namespace MtlSplit.IoT.Drift.Observing;

/// <summary>One frame as the tests see it: what a head said of it, and its feature made small.</summary>
/// <param name="Frame">The frame.</param>
/// <param name="Vehicle">The vehicle.</param>
/// <param name="CapturedAt">When it was captured, Unix microseconds.</param>
/// <param name="Probabilities">One probability per class of the task.</param>
/// <param name="Feature">The pooled feature: <see cref="PooledFeature"/>.</param>
public sealed record Observation(FrameId Frame, string Vehicle, long CapturedAt, float[] Probabilities, float[] Feature)
{
    /// <summary>The class with the highest probability, by number.</summary>
    public int Class
    {
        get
        {
            var top = 0;
            for (var i = 1; i < Probabilities.Length; i++)
            {
                top = Probabilities[i] > Probabilities[top] ? i : top;
            }

            return top;
        }
    }
}
