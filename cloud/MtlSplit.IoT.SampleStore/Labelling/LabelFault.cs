namespace MtlSplit.IoT.SampleStore.Labelling;

/// <summary>Why a row of a label file is refused.</summary>
public enum LabelFault
{
    /// <summary>It is not refused.</summary>
    None = 0,

    /// <summary>Its bytes are not UTF-8.</summary>
    NotUtf8,

    /// <summary>It is no row of its format: another number of fields than columns, an open quote, no JSON object.</summary>
    Unreadable,

    /// <summary>A field that every row needs is empty or not there.</summary>
    MissingField,

    /// <summary>The frame is not 32 hex digits.</summary>
    BadFrame,

    /// <summary>The vehicle or task is no name that may stand in a topic.</summary>
    BadName,

    /// <summary>The time cannot be read, or cannot be.</summary>
    BadTime,

    /// <summary>The row is about another task than the import.</summary>
    OtherTask,

    /// <summary>No head has such a task.</summary>
    UnknownTask,

    /// <summary>No head of the task has such a class.</summary>
    UnknownClass,

    /// <summary>The store knows no such frame.</summary>
    UnknownFrame,

    /// <summary>The frame is another vehicle's.</summary>
    OtherVehicle,
}
