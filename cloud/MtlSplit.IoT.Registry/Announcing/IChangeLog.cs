namespace MtlSplit.IoT.Registry.Announcing;

/// <summary>Where changes wait to be announced.</summary>
public interface IChangeLog
{
    /// <summary>Keeps a change, durably. Called by one writer at a time, before the change takes effect.</summary>
    void Add(RegistryChange change);
}
