using MtlSplit.IoT.EdgeModule.Identity;
using Xunit;

namespace MtlSplit.IoT.EdgeModule.Tests.Identity;

/// <summary>Which module a process is.</summary>
public sealed class ModuleEnvironmentTests
{
    private const string ConnectionString = "HostName=hub.example;DeviceId=d1;ModuleId=head;SharedAccessKey=MDEyMw==;GatewayHostName=edge.example";

    /// <summary>What the agent gives to a module.</summary>
    public static Dictionary<string, string?> Agent => new()
    {
        ["IOTEDGE_WORKLOADURI"] = "unix:///var/run/iotedge/workload.sock",
        ["IOTEDGE_AUTHSCHEME"] = "sasToken",
        ["IOTEDGE_MODULEGENERATIONID"] = "637000000000000000",
        ["IOTEDGE_IOTHUBHOSTNAME"] = "hub.example",
        ["IOTEDGE_GATEWAYHOSTNAME"] = "edge.example",
        ["IOTEDGE_DEVICEID"] = "d1",
        ["IOTEDGE_MODULEID"] = "head",
        ["IOTEDGE_APIVERSION"] = "2022-08-03",
        ["PATH"] = "/bin",
    };

    [Fact]
    public void Agent_GivesEverything()
    {
        var module = ModuleEnvironment.Read(Agent);

        Assert.Equal(("d1/head", "hub.example", "edge.example"), (module.Identity.ClientId, module.HubHostName, module.GatewayHostName));
        Assert.Equal(("/var/run/iotedge/workload.sock", "head", "637000000000000000"), (module.Workload!.Address.AbsolutePath, module.Workload.ModuleId, module.Workload.GenerationId));
        // The SDKs ask for this version whatever IOTEDGE_APIVERSION says.
        Assert.Equal("2018-06-28", module.Workload.ApiVersion);
        Assert.Null(module.ConnectionString);
        Assert.Null(module.AuthorityFile);
    }

    [Theory]
    [InlineData("IOTEDGE_WORKLOADURI")]
    [InlineData("IOTEDGE_AUTHSCHEME")]
    [InlineData("IOTEDGE_MODULEGENERATIONID")]
    [InlineData("IOTEDGE_IOTHUBHOSTNAME")]
    [InlineData("IOTEDGE_DEVICEID")]
    [InlineData("IOTEDGE_MODULEID")]
    public void Missing_OrEmpty_IsNamed(string variable)
    {
        var without = Agent;
        without.Remove(variable);
        var empty = Agent;
        empty[variable] = " ";

        Assert.All([without, empty], environment =>
        {
            var message = Assert.Throws<ModuleEnvironmentException>(() => ModuleEnvironment.Read(environment)).Message;
            Assert.Contains(variable, message, StringComparison.Ordinal);
            Assert.All(Agent.Keys.Where(k => k != variable), other => Assert.DoesNotContain(other, message, StringComparison.Ordinal));
        });
    }

    [Fact]
    public void Nothing_NamesAllThatIsNeeded()
    {
        var message = Assert.Throws<ModuleEnvironmentException>(() => ModuleEnvironment.Read(new Dictionary<string, string?>())).Message;

        Assert.All(
            ["IOTEDGE_WORKLOADURI", "IOTEDGE_AUTHSCHEME", "IOTEDGE_MODULEGENERATIONID", "IOTEDGE_IOTHUBHOSTNAME", "IOTEDGE_DEVICEID", "IOTEDGE_MODULEID", "EdgeHubConnectionString", "IotHubConnectionString"],
            name => Assert.Contains(name, message, StringComparison.Ordinal));
    }

    [Fact]
    public void Gateway_IsOptional()
    {
        var environment = Agent;
        environment.Remove("IOTEDGE_GATEWAYHOSTNAME");

        Assert.Null(ModuleEnvironment.Read(environment).GatewayHostName);
    }

    [Theory]
    [InlineData("IOTEDGE_AUTHSCHEME", "SASTOKEN", true)]
    [InlineData("IOTEDGE_AUTHSCHEME", "x509", false)]
    [InlineData("IOTEDGE_WORKLOADURI", "http://127.0.0.1:15581", true)]
    [InlineData("IOTEDGE_WORKLOADURI", "https://127.0.0.1:15581", false)]
    [InlineData("IOTEDGE_WORKLOADURI", "unix://", false)]
    [InlineData("IOTEDGE_WORKLOADURI", "workload.sock", false)]
    [InlineData("IOTEDGE_MODULEID", "$edgeAgent", true)]
    [InlineData("IOTEDGE_MODULEID", "a/b", false)]
    [InlineData("IOTEDGE_MODULEID", "a+b", false)]
    [InlineData("IOTEDGE_DEVICEID", "ä", false)]
    [InlineData("IOTEDGE_GATEWAYHOSTNAME", "localhost:18883", true)]
    [InlineData("IOTEDGE_GATEWAYHOSTNAME", "local host", false)]
    [InlineData("IOTEDGE_IOTHUBHOSTNAME", "hub.example:0", false)]
    public void Value_IsTakenOrRefusedByName(string variable, string value, bool taken)
    {
        var environment = Agent;
        environment[variable] = value;
        var refused = Record.Exception(() => ModuleEnvironment.Read(environment));

        Assert.Equal(taken, refused is null);
        if (!taken)
        {
            Assert.Contains(variable == "IOTEDGE_MODULEID" && value == "a+b" ? "d1/a+b" : value, Assert.IsType<ModuleEnvironmentException>(refused).Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("EdgeHubConnectionString")]
    [InlineData("IotHubConnectionString")]
    public void ConnectionString_ComesBeforeTheAgent(string variable)
    {
        var environment = Agent;
        environment[variable] = ConnectionString;
        environment["IOTEDGE_DEVICEID"] = "other";
        environment["EdgeModuleCACertificateFile"] = "/ca.pem";
        var module = ModuleEnvironment.Read(environment);

        Assert.Equal(("d1/head", "edge.example", "/ca.pem"), (module.Identity.ClientId, module.GatewayHostName, module.AuthorityFile));
        Assert.NotNull(module.ConnectionString);
        Assert.Null(module.Workload);
    }

    [Fact]
    public void EdgeHubConnectionString_ComesFirst()
    {
        var environment = new Dictionary<string, string?>
        {
            ["EdgeHubConnectionString"] = ConnectionString,
            ["IotHubConnectionString"] = ConnectionString.Replace("=head", "=other", StringComparison.Ordinal),
        };

        Assert.Equal("head", ModuleEnvironment.Read(environment).Identity.ModuleId);
    }

    [Theory]
    [InlineData("HostName=hub;DeviceId=d1;SharedAccessKey=MDEyMw==", "ModuleId")]
    [InlineData("HostName=hub;DeviceId=d1;ModuleId=head;SharedAccessKey=no base64!", "SharedAccessKey")]
    [InlineData("DeviceId=d1;ModuleId=head;SharedAccessKey=MDEyMw==", "HostName")]
    public void BadConnectionString_IsRefusedByName_WithoutItsKey(string text, string named)
    {
        var message = Assert.Throws<ModuleEnvironmentException>(() => ModuleEnvironment.Read(new Dictionary<string, string?> { ["EdgeHubConnectionString"] = text })).Message;

        Assert.Contains(named, message, StringComparison.Ordinal);
        Assert.DoesNotContain("MDEyMw", message, StringComparison.Ordinal);
    }
}
