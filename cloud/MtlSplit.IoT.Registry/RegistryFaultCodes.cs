namespace MtlSplit.IoT.Registry;

/// <summary>The word for each fault, for scripts: it does not change.</summary>
public static class RegistryFaultCodes
{
    /// <summary>The word.</summary>
    public static string Code(this RegistryFault fault) => fault switch
    {
        RegistryFault.Missing => "missing",
        RegistryFault.Damaged => "damaged",
        RegistryFault.Unknown => "unknown",
        RegistryFault.Ambiguous => "ambiguous",
        RegistryFault.Unsigned => "unsigned",
        RegistryFault.UnknownKey => "unknown-key",
        RegistryFault.BadSignature => "bad-signature",
        RegistryFault.GateRefused => "gate-refused",
        RegistryFault.Overtaken => "overtaken",
        RegistryFault.NothingBefore => "nothing-before",
        RegistryFault.Busy => "busy",
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, "No such fault."),
    };

    /// <summary>Whether it stands against what was asked, rather than for something being broken.</summary>
    public static bool IsRefusal(this RegistryFault fault) => fault is RegistryFault.Unsigned or RegistryFault.UnknownKey or RegistryFault.BadSignature
        or RegistryFault.GateRefused or RegistryFault.Overtaken or RegistryFault.NothingBefore;
}
