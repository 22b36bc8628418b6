namespace MtlSplit.IoT.Testing.Mqtt;

/// <summary>A CONNECT of MQTT 3.1.1, field by field as it was on the wire.</summary>
public sealed record MqttConnect(
    string ProtocolName, byte ProtocolLevel, byte Flags, ushort KeepAliveSeconds, string ClientId, string? WillTopic, byte[]? WillMessage, string? Username, byte[]? Password)
{
    /// <summary>Bit 0 of the flags, which must be zero.</summary>
    public bool Reserved => (Flags & 0x01) != 0;

    public bool CleanSession => (Flags & 0x02) != 0;

    public bool HasWill => (Flags & 0x04) != 0;

    public int WillQos => (Flags >> 3) & 3;

    public bool WillRetain => (Flags & 0x20) != 0;

    public bool HasPassword => (Flags & 0x40) != 0;

    public bool HasUsername => (Flags & 0x80) != 0;

    public string PasswordText => System.Text.Encoding.UTF8.GetString(Password ?? []);
}
