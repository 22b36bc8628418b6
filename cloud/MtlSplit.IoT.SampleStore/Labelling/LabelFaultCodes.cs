namespace MtlSplit.IoT.SampleStore.Labelling;

/// <summary>The words for faults in files and reports. They never change.</summary>
public static class LabelFaultCodes
{
    /// <summary>The word for a fault.</summary>
    public static string Of(LabelFault fault) => fault switch
    {
        LabelFault.NotUtf8 => "not-utf8",
        LabelFault.Unreadable => "unreadable",
        LabelFault.MissingField => "missing-field",
        LabelFault.BadFrame => "bad-frame",
        LabelFault.BadName => "bad-name",
        LabelFault.BadTime => "bad-time",
        LabelFault.OtherTask => "other-task",
        LabelFault.UnknownTask => "unknown-task",
        LabelFault.UnknownClass => "unknown-class",
        LabelFault.UnknownFrame => "unknown-frame",
        LabelFault.OtherVehicle => "other-vehicle",
        _ => "none",
    };
}
