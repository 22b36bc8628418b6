namespace MtlSplit.IoT.OnnxAuthoring.Description;

/// <summary>x + Body(x); the body keeps the shape. The body's name is part of its parameters' names.</summary>
/// <param name="Body">What is added to the input.</param>
/// <param name="BodyName">The body's name; torchvision says <c>block</c>.</param>
public sealed record Residual(Layer Body, string BodyName = "block") : Layer;
