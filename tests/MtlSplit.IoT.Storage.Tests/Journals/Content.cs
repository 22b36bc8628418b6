namespace MtlSplit.IoT.Storage.Tests.Journals;

/// <summary>Payloads that tell whose they are.</summary>
internal static class Content
{
    /// <summary>Of a length and with bytes that follow from the number.</summary>
    public static byte[] Of(ulong number, int most)
    {
        var random = new Random((int)number);
        var payload = new byte[random.Next(most + 1)];
        random.NextBytes(payload);
        return payload;
    }
}
