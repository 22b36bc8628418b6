namespace MtlSplit.IoT.DevHub.Running;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "The hub {Name} listens: HTTPS on {Address}:{HttpsPort}, MQTT on {Address}:{MqttPort}. It has {Devices} devices and modules.")]
    public static partial void Listens(ILogger logger, string name, string address, int httpsPort, int mqttPort, int devices);
}
