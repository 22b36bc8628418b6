using System.Text.Json;

namespace MtlSplit.IoT.Backbone.Tests.Updating.Kills;

/// <summary>What a process that is to be killed does.</summary>
/// <param name="Store">The store's folder.</param>
/// <param name="Own">The folder of the vehicle's own bundle.</param>
/// <param name="Trusted">The file of the trusted key.</param>
/// <param name="Digest">The bundle to install.</param>
/// <param name="Source">Where its archive is.</param>
/// <param name="Good">Whether its answers then prove it; else they take it back.</param>
internal sealed record KillPlan(string Store, string Own, string Trusted, string Digest, string Source, bool Good)
{
    public void Save(string file) => File.WriteAllText(file, JsonSerializer.Serialize(this));

    public static KillPlan Load(string file) => JsonSerializer.Deserialize<KillPlan>(File.ReadAllText(file))!;
}
