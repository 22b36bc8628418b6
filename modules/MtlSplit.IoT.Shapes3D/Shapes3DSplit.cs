namespace MtlSplit.IoT.Shapes3D;

/// <summary>
/// Which scenes are for testing: those whose floor hue and wall hue are both among the last five. Every single hue occurs in
/// training; the pairs do not.
/// </summary>
public static class Shapes3DSplit
{
    /// <summary>Test scenes.</summary>
    public const int TestCount = 120_000;

    /// <summary>Scenes for training and validation.</summary>
    public const int TrainingCount = Shapes3DIndex.Count - TestCount;

    private const int FirstTestHue = 5;

    /// <summary>Whether a scene is for testing.</summary>
    public static bool IsTest(int index) => IsTest(Shapes3DIndex.Of(index));

    /// <summary>Whether a scene is for testing.</summary>
    public static bool IsTest(Shapes3DIndex scene) => scene.FloorHue >= FirstTestHue && scene.WallHue >= FirstTestHue;

    /// <summary>The index of the n-th test scene, n from 0 to 119,999.</summary>
    public static int TestIndex(int n)
    {
        var (pair, rest) = Math.DivRem(n, Shapes3DIndex.PerHuePair);
        var (floor, wall) = Math.DivRem(pair, FirstTestHue);
        return Join(floor + FirstTestHue, wall + FirstTestHue, rest);
    }

    /// <summary>The index of the n-th scene that is not for testing, n from 0 to 359,999.</summary>
    public static int TrainingIndex(int n)
    {
        const int fullRows = FirstTestHue * Shapes3DIndex.Hues;
        var (pair, rest) = Math.DivRem(n, Shapes3DIndex.PerHuePair);
        var (floor, wall) = pair < fullRows ? Math.DivRem(pair, Shapes3DIndex.Hues) : Math.DivRem(pair - fullRows, FirstTestHue);
        return Join(pair < fullRows ? floor : floor + FirstTestHue, wall, rest);
    }

    private static int Join(int floorHue, int wallHue, int rest) => (((floorHue * Shapes3DIndex.Hues) + wallHue) * Shapes3DIndex.PerHuePair) + rest;
}
