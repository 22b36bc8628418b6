namespace MtlSplit.IoT.Hosting.Settings;

/// <summary>A file of settings that cannot be read. The message names the file and the reason.</summary>
/// <param name="message">What is wrong, and where.</param>
/// <param name="cause">What was caught.</param>
public sealed class SettingsException(string message, Exception? cause = null) : Exception(message, cause);
