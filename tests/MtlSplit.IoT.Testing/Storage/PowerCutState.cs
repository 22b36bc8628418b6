namespace MtlSplit.IoT.Testing.Storage;

/// <summary>One state that a power cut may have left.</summary>
/// <param name="Operations">How many recorded operations had been begun.</param>
/// <param name="Last">The last of them, in words.</param>
/// <param name="Kind">What became of unsynced data and names, in words.</param>
/// <param name="Seed">The seed of the choices.</param>
/// <param name="Folder">What the traced folder looks like now. Until the next state is asked for; what is changed in it is lost.</param>
public sealed record PowerCutState(int Operations, string Last, string Kind, int Seed, string Folder)
{
    public override string ToString() => $"the power cut after operation {Operations} ({Last}), {Kind}, seed {Seed}";
}
