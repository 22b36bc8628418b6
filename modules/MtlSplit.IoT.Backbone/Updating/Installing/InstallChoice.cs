using MtlSplit.IoT.Contracts.Bundles;

namespace MtlSplit.IoT.Backbone.Updating.Installing;

/// <summary>What is to be done about a wish.</summary>
/// <param name="Kind">What.</param>
/// <param name="Fault">Why it is refused, if it is.</param>
/// <param name="Reason">The same for people.</param>
internal readonly record struct InstallChoice(InstallChoice.What Kind, BundleFault Fault = default, string Reason = "")
{
    /// <summary>What is to be done.</summary>
    internal enum What
    {
        /// <summary>Go on.</summary>
        Proceed,

        /// <summary>Nothing: it runs.</summary>
        Nothing,

        /// <summary>Let the kept one run again.</summary>
        Return,

        /// <summary>Leave it: it was refused before.</summary>
        Leave,

        /// <summary>Refuse it.</summary>
        Refuse,
    }
}
