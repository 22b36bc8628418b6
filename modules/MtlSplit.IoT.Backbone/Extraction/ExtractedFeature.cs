using System.Diagnostics;
using MtlSplit.IoT.Contracts.Features;

namespace MtlSplit.IoT.Backbone.Extraction;

/// <summary>What a worker made of a frame. The tensor lies in the worker's buffer and is only valid while the sink looks at it.</summary>
/// <param name="Origin">What made it.</param>
/// <param name="Frame">The frame.</param>
/// <param name="CapturedAt">Unix microseconds.</param>
/// <param name="Encoding">The encoding's number in the contract.</param>
/// <param name="Tensor">The encoded feature; empty when the network's answer held values that are not numbers.</param>
/// <param name="Span">The frame's span; the sink takes it over.</param>
internal readonly record struct ExtractedFeature(FeatureOrigin Origin, FrameId Frame, long CapturedAt, uint Encoding, ReadOnlyMemory<byte> Tensor, Activity? Span);
