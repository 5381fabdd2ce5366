using Wire;

namespace Kafka.Broker.Groups;

/// <summary>The little that a coordinator reads of what consumers tell each other (ConsumerProtocolSubscription: int16 version, topics, …).</summary>
public static class ConsumerProtocol
{
    public const string Type = "consumer";

    /// <summary>The topics of a subscription; null for bytes that are none.</summary>
    public static IReadOnlyList<string>? Topics(ReadOnlyMemory<byte> subscription)
    {
        try
        {
            var reader = new WireReader(subscription);
            reader.Skip(sizeof(short));
            var topics = new string[reader.CheckCount(reader.ReadInt32(), sizeof(short))];
            for (var i = 0; i < topics.Length; i++)
            {
                topics[i] = reader.ReadUtf8(reader.CheckCount(reader.ReadInt16()));
            }

            return topics;
        }
        catch (WireFormatException)
        {
            return null;
        }
    }
}
