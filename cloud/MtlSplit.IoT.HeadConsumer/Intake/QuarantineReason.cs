namespace MtlSplit.IoT.HeadConsumer.Intake;

/// <summary>Codes of what makes a feature unreadable here. They are kept with the message, so they never change.</summary>
internal static class QuarantineReason
{
    public const string NotAFeature = "not-a-feature";
    public const string UnknownContract = "unknown-contract";
    public const string NoHead = "no-head";
    public const string UnknownEncoding = "unknown-encoding";
    public const string CorruptTensor = "corrupt-tensor";
    public const string WrongLength = "wrong-length";
    public const string NotFinite = "not-finite";
    public const string Oversize = "oversize";
    public const string PredictionRefused = "prediction-refused";
}
