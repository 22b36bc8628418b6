namespace MtlSplit.IoT.Backbone.Updating.Installing;

/// <summary>Is told how an update gets on. Called on the installer's thread; must return at once and not throw.</summary>
internal interface IInstallWatcher
{
    /// <summary>A step begins.</summary>
    /// <param name="digest">The bundle.</param>
    /// <param name="step">The step.</param>
    void Began(string digest, InstallStep step);

    /// <summary>Some of the archive has come.</summary>
    /// <param name="digest">The bundle.</param>
    /// <param name="bytes">How much is there, what came before the process started included.</param>
    /// <param name="total">How much there is, if known.</param>
    void Downloaded(string digest, long bytes, long? total);
}
