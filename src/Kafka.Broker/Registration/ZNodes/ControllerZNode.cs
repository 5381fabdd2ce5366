using System.Globalization;
using System.Text;

namespace Kafka.Broker.Registration;

/// <summary>/controller: ephemeral, names the broker that is controller.</summary>
public sealed record ControllerZNode(int BrokerId, long Timestamp)
{
    public byte[] Encode() => ZkJson.Object(json =>
    {
        json.WriteNumber("version", 2);
        json.WriteNumber("brokerid", BrokerId);
        json.WriteString("timestamp", Timestamp.ToString(CultureInfo.InvariantCulture));
        json.WriteNumber("kraftControllerEpoch", -1);
    });

    public static ControllerZNode? Decode(ReadOnlyMemory<byte> data) => ZkJson.TryParse(data) is { } json
        ? new ControllerZNode(json.GetProperty("brokerid").GetInt32(), json.TryGetProperty("timestamp", out var time) ? time.Long() : -1)
        : null;

    /// <summary>/controller_epoch: the number as text.</summary>
    public static byte[] EncodeEpoch(int epoch) => Encoding.ASCII.GetBytes(epoch.ToString(CultureInfo.InvariantCulture));

    public static int DecodeEpoch(ReadOnlySpan<byte> data) => int.Parse(data, CultureInfo.InvariantCulture);
}
