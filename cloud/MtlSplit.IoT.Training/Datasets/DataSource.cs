using MtlSplit.IoT.Shapes3D;

namespace MtlSplit.IoT.Training.Datasets;

/// <summary>Finds a data set by what people call it.</summary>
public static class DataSource
{
    /// <summary>The name of 3D Shapes as rendered here.</summary>
    public const string Rendered = "rendered";

    /// <summary>Opens a data set.</summary>
    /// <param name="source"><see cref="Rendered"/>, or the path of a file in the layout of <c>3dshapes.h5</c>.</param>
    /// <exception cref="DataSetException">There is no such data set, or it does not read.</exception>
    public static IDataSet Open(string source) => source == Rendered ? new RenderedShapes3D(Light.Standard) : Shapes3DFile.Open(source);
}
