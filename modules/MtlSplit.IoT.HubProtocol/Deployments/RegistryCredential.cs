using System.Text.Json.Nodes;

namespace MtlSplit.IoT.HubProtocol.Deployments;

/// <summary>How to log in to a registry of images. Its text leaves the password out.</summary>
/// <param name="Username">The user.</param>
/// <param name="Password">The password.</param>
/// <param name="Address">The registry's host.</param>
public sealed record RegistryCredential(string Username, string Password, string Address)
{
    /// <summary>The credential as a deployment has it, password included.</summary>
    public JsonObject ToJson() => new() { ["username"] = Username, ["password"] = Password, ["address"] = Address };

    /// <summary>User and registry, without the password.</summary>
    public override string ToString() => $"{Username}@{Address}";

    internal static RegistryCredential Read(StrictObject credential)
    {
        var read = new RegistryCredential(credential.String("username"), credential.String("password"), credential.String("address"));
        credential.End();
        return read;
    }
}
