using Kafka.Protocol;
using Kafka.Protocol.Messages;
using Wire;

namespace Kafka.Broker.Groups;

/// <summary>
/// Keys and values of __consumer_offsets in Kafka's own format: an int16 version, then the message of that version. Keys have version 1 for
/// offsets and 2 for groups; values are written in version 3 (offsets that carry a retention of their own in version 1, the only one that
/// can) and read in all.
/// </summary>
static class GroupRecords
{
    const short OffsetKeyVersion = 1, GroupKeyVersion = 2, ValueVersion = 3, ExpiringOffsetVersion = 1;

    public static byte[] GroupKey(string groupId) => Encode(GroupKeyVersion, new GroupMetadataKey { Group = groupId });

    public static byte[] OffsetKey(string groupId, TopicPartition partition) =>
        Encode(OffsetKeyVersion, new OffsetCommitKey { Group = groupId, Topic = partition.Topic, Partition = partition.Partition });

    public static byte[] OffsetValue(StoredOffset offset)
    {
        var version = offset.ExpireTimestamp is null ? ValueVersion : ExpiringOffsetVersion;
        return Encode(version, new OffsetCommitValue
        {
            Offset = offset.Offset,
            LeaderEpoch = offset.LeaderEpoch,
            Metadata = offset.Metadata,
            CommitTimestamp = offset.CommitTimestamp,
            ExpireTimestamp = offset.ExpireTimestamp ?? -1,
        });
    }

    public static byte[] GroupValue(ClassicGroup group, IReadOnlyDictionary<string, byte[]> assignments) =>
        Encode(ValueVersion, Value(group, assignments));

    static GroupMetadataValue Value(ClassicGroup group, IReadOnlyDictionary<string, byte[]> assignments) => new()
    {
        ProtocolType = group.ProtocolType ?? "",
        Generation = group.Generation,
        Protocol = group.ProtocolName,
        Leader = group.LeaderId,
        CurrentStateTimestamp = group.StateTimestamp ?? -1,
        Members = [.. group.Members.Values.Select(member => new GroupMetadataValue.MemberMetadata
        {
            MemberId = member.MemberId,
            GroupInstanceId = member.InstanceId,
            ClientId = member.ClientId,
            ClientHost = member.ClientHost,
            RebalanceTimeout = member.RebalanceTimeout,
            SessionTimeout = member.SessionTimeout,
            Subscription = member.Metadata(group.ProtocolName),
            Assignment = assignments.GetValueOrDefault(member.MemberId) ?? [],
        })],
    };

    /// <summary>
    /// The group that a key is about, and the partition when it is an offset's; null for kinds of records of other versions of Kafka.
    /// </summary>
    public static (string Group, TopicPartition? Offset)? ReadKey(ReadOnlyMemory<byte> key)
    {
        var reader = new WireReader(key);
        var version = reader.ReadInt16();
        switch (version)
        {
            case 0 or OffsetKeyVersion:
                var offset = OffsetCommitKey.Read(ref reader, version);
                return (offset.Group, new TopicPartition(offset.Topic, offset.Partition));
            case GroupKeyVersion:
                return (GroupMetadataKey.Read(ref reader, version).Group, null);
            default:
                return null;
        }
    }

    public static StoredOffset ReadOffset(ReadOnlyMemory<byte> value)
    {
        var reader = new WireReader(value);
        var version = ReadValueVersion(ref reader);
        var read = OffsetCommitValue.Read(ref reader, version);
        var expires = version == ExpiringOffsetVersion && read.ExpireTimestamp >= 0 ? read.ExpireTimestamp : (long?)null;
        return new StoredOffset(read.Offset, read.LeaderEpoch, read.Metadata, read.CommitTimestamp, expires);
    }

    /// <summary>Stable with the members of the value, or Empty without any.</summary>
    public static ClassicGroup ReadGroup(string groupId, ReadOnlyMemory<byte> value)
    {
        var reader = new WireReader(value);
        var read = GroupMetadataValue.Read(ref reader, ReadValueVersion(ref reader));
        var group = new ClassicGroup(groupId);
        group.Restore(
            read.ProtocolType,
            read.Generation,
            read.Protocol,
            read.Leader,
            read.CurrentStateTimestamp >= 0 ? read.CurrentStateTimestamp : null,
            read.Members.Select(member => new GroupMember
            {
                MemberId = member.MemberId,
                InstanceId = member.GroupInstanceId,
                ClientId = member.ClientId,
                ClientHost = member.ClientHost,
                // version 0 has no rebalance timeout: clients of that time had one timeout for both
                RebalanceTimeout = member.RebalanceTimeout >= 0 ? member.RebalanceTimeout : member.SessionTimeout,
                SessionTimeout = member.SessionTimeout,
                Protocols = read.Protocol is null ? [] : [new MemberProtocol(read.Protocol, member.Subscription.ToArray())],
                Assignment = member.Assignment.ToArray(),
            }));
        return group;
    }

    static short ReadValueVersion(ref WireReader reader) => reader.ReadInt16() is >= 0 and <= OffsetCommitValue.MaxVersion and var version
        ? version
        : throw new WireFormatException("A value of __consumer_offsets has a version that this broker does not know.");

    static byte[] Encode(short version, IKafkaMessage message)
    {
        using var writer = new WireWriter();
        writer.WriteInt16(version);
        message.Write(writer, version);
        return writer.WrittenSpan.ToArray();
    }
}
