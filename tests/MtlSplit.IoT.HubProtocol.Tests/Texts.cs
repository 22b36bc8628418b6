using CsCheck;
using MtlSplit.IoT.HubProtocol.Identities;

namespace MtlSplit.IoT.HubProtocol.Tests;

/// <summary>Texts that tests draw: ids of the whole alphabet, and any text that UTF-8 can carry.</summary>
internal static class Texts
{
    public const string IdAlphabet = "ABCXYZabcxyz0189-:.+%_#*?!(),=@;$'";

    public static readonly Gen<string> Ids = Gen.String[Gen.Char[IdAlphabet], 1, 40];

    public static readonly Gen<HubIdentity> Identities =
        Gen.Select(Ids, Gen.Bool, Ids, (device, isModule, module) => new HubIdentity(device, isModule ? module : null));

    public static readonly Gen<string> Any = Gen.String[Gen.Char.Where(c => !char.IsSurrogate(c)), 0, 30];

    public static readonly Gen<string> Names = Any.Where(text => text.Length > 0);

    public static readonly Gen<string> RequestIds = Gen.String[Gen.Char["abcXYZ09-._%=?$/~ "], 1, 40];

    public static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);
}
