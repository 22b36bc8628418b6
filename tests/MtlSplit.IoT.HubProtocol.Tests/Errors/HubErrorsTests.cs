using MtlSplit.IoT.HubProtocol.Errors;
using Xunit;

namespace MtlSplit.IoT.HubProtocol.Tests.Errors;

public sealed class HubErrorsTests
{
    [Fact]
    public void Numbers_AreSixDigitsThatBeginWithTheStatus()
    {
        Assert.All(HubErrors.All, code => Assert.Equal(code.HttpStatus, code.Number / 1000));
        Assert.Equal(HubErrors.All.Select(code => code.Number).Order(), HubErrors.All.Select(code => code.Number).Distinct());
    }

    [Fact]
    public void Body_IsWhatTheSdksTakeApart()
    {
        var body = HubErrors.DeviceNotFound.ToBody("There is no device 'd'; nor was there.", "t-1");
        Assert.Equal("""{"Message":"ErrorCode:DeviceNotFound;There is no device 'd', nor was there.","ExceptionMessage":"Tracking ID:t-1"}""", Decoded(body.ToJsonString()));
    }

    [Fact]
    public void TwinBody_CarriesTheNumber() => Assert.Equal(
        """{"errorCode":400006,"message":"bad","trackingId":"t-1","timestampUtc":"2026-01-02T03:04:05.0000000Z"}""",
        HubErrors.IotHubFormatError.ToTwinBody("bad", "t-1", new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero)).ToJsonString());

    [Fact]
    public void Exception_CarriesItsCode()
    {
        var e = new HubException(HubErrors.GatewayTimeout, "d/m did not answer", new TimeoutException());
        Assert.Equal((504, 504101), (e.Code.HttpStatus, e.Code.Number));
    }

    private static string Decoded(string json) => json.Replace("\\u0027", "'", StringComparison.Ordinal);
}
