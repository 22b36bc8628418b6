using MtlSplit.IoT.Inference.Slots;

namespace MtlSplit.IoT.Backbone.Extraction;

/// <summary>A worker's turn: a frame, its place in the order of capture, and the backbone that it goes through.</summary>
/// <param name="Frame">The frame.</param>
/// <param name="Place">Its place.</param>
/// <param name="Backbone">The right to use the backbone; given back when the feature has left.</param>
internal readonly record struct FrameTurn(CapturedFrame Frame, long Place, Lease<LoadedBackbone> Backbone);
