using System.Globalization;
using System.Text;

namespace Kafka.Protocol.Znodes;

/// <summary>/controller: ephemeral, names the broker that is controller.</summary>
public sealed record ControllerZNode(int BrokerId, long Timestamp)
{
    /// <summary>As Kafka writes it, byte for byte.</summary>
    public byte[] Encode() => ZkJson.Object(json =>
    {
        json.WriteNumber("version", 2);
        json.WriteNumber("brokerid", BrokerId);
        json.WriteString("timestamp", Timestamp.ToString(CultureInfo.InvariantCulture));
        json.WriteNumber("kraftControllerEpoch", -1);
    });

    /// <summary>Null for what names no broker.</summary>
    public static ControllerZNode? Decode(ReadOnlyMemory<byte> data) => ZkJson.Read(
        data,
        json => new ControllerZNode(
            json.GetProperty("brokerid").GetInt32(),
            json.TryGetProperty("timestamp", out var time) ? time.Long() : -1));

    /// <summary>/controller_epoch: the number as text.</summary>
    public static byte[] EncodeEpoch(int epoch) => Encoding.ASCII.GetBytes(epoch.ToString(CultureInfo.InvariantCulture));

    /// <summary>What <see cref="EncodeEpoch"/> wrote.</summary>
    /// <exception cref="FormatException">It is no number.</exception>
    public static int DecodeEpoch(ReadOnlySpan<byte> data) => int.Parse(data, CultureInfo.InvariantCulture);
}
