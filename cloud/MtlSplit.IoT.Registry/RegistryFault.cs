namespace MtlSplit.IoT.Registry;

/// <summary>Why the registry does not do what was asked. <see cref="RegistryFaultCodes"/> gives the words that are reported for each.</summary>
public enum RegistryFault
{
    /// <summary>A file that something leads to is not there.</summary>
    Missing,

    /// <summary>A file is not what the digest that leads to it says, or not in the form that it should have.</summary>
    Damaged,

    /// <summary>Nothing of this name is registered.</summary>
    Unknown,

    /// <summary>More than one thing fits the name.</summary>
    Ambiguous,

    /// <summary>Nobody vouches for it, and somebody must.</summary>
    Unsigned,

    /// <summary>None of its signatures is of a key that is trusted here.</summary>
    UnknownKey,

    /// <summary>A signature of a trusted key is not one of this document.</summary>
    BadSignature,

    /// <summary>The gate of its retraining refused it.</summary>
    GateRefused,

    /// <summary>The alias leads elsewhere than whoever asked believed: somebody else was quicker.</summary>
    Overtaken,

    /// <summary>There is nothing to go back to.</summary>
    NothingBefore,

    /// <summary>Another process changes the registry and does not come to an end.</summary>
    Busy,
}
