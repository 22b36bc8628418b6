using System.CommandLine;
using MtlSplit.IoT.Hosting.Commands;
using MtlSplit.IoT.HubProtocol.Identities;

namespace MtlSplit.IoT.Cli.Devices;

/// <summary><c>mtlsplit device</c>: the devices that a hub knows.</summary>
internal static class DeviceCommand
{
    public static Command Create() => new Command("device", "Register, list, tag and remove the devices of a hub.")
    {
        CreateCommand.Create(), ListCommand.Create(), ShowCommand.Create(), TagCommand.Create(), DeleteCommand.Create(),
    }.WithExamples(
        "mtlsplit device create vehicle-7 --tag ring=canary --connection-file data/vehicle-7.connection --hub-ca data/hub/ca.pem",
        "mtlsplit device list --tag ring=canary",
        "mtlsplit device delete vehicle-7");

    /// <summary>An argument that names a device.</summary>
    public static Argument<string> Id()
    {
        var id = new Argument<string>("id") { HelpName = "ID", Description = "The device's id." };
        id.Validators.Add(result =>
        {
            if (!HubIdentity.TryCreate(result.Tokens.SingleOrDefault()?.Value, null, out _))
            {
                result.AddError($"'{result.Tokens.SingleOrDefault()?.Value}' is no device id: 1 to {HubIdentity.MaxIdLength} letters, digits and - : . + % _ # * ? ! ( ) , = @ ; $ '");
            }
        });
        return id;
    }

    /// <summary>The flag for JSON.</summary>
    public static Option<bool> Json(string what) => new("--json") { Description = what };
}
