using MtlSplit.IoT.Contracts.Bundles;

namespace MtlSplit.IoT.Backbone.Updating;

/// <summary>The running pipeline, as the installer sees it.</summary>
internal interface IBackboneSwitch
{
    /// <summary>
    /// Lets the frames from now on go through another bundle, between two frames and without losing one. Called by one caller at a time.
    /// </summary>
    /// <param name="bundle">Installed, warm on this machine, its golden frames right; its folder stays until another was swapped in.</param>
    /// <param name="cancellation">Ends the wait for frames under way.</param>
    /// <exception cref="Exception">The bundle did not take over; the one before still runs.</exception>
    ValueTask SwapAsync(Bundle bundle, CancellationToken cancellation);
}
