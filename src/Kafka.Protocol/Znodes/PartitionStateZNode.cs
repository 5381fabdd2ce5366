using System.Text.Json;

namespace Kafka.Protocol.Znodes;

/// <summary>
/// /brokers/topics/T/partitions/P/state: who leads, which replicas are in sync, and by which controller's decree.
/// Leader -1: none. <paramref name="Version"/> is the znode's version, the partition epoch of AlterPartition; it is not in the JSON.
/// </summary>
public sealed record PartitionStateZNode(
    int Leader, int LeaderEpoch, IReadOnlyList<int> Isr, int ControllerEpoch, int Version, sbyte RecoveryState = 0)
{
    /// <summary>No leader: the partition is offline.</summary>
    public const int NoLeader = -1;

    /// <summary>What UpdateMetadata names as leader of a partition that is being deleted.</summary>
    public const int LeaderDuringDelete = -2;

    /// <summary>As Kafka writes it, byte for byte.</summary>
    public byte[] Encode() => ZkJson.Object(json =>
    {
        json.WriteNumber("controller_epoch", ControllerEpoch);
        json.WriteNumber("leader", Leader);
        json.WriteNumber("version", 1);
        json.WriteNumber("leader_epoch", LeaderEpoch);
        json.WriteNumbers("isr", Isr);
        if (RecoveryState != 0)
        {
            json.WriteNumber("leader_recovery_state", RecoveryState);
        }
    });

    /// <summary>Null for what is no state of a partition.</summary>
    public static PartitionStateZNode? Decode(ReadOnlyMemory<byte> data, int znodeVersion) => ZkJson.Read(data, json =>
    {
        var recovery = json.TryGetProperty("leader_recovery_state", out var element) && element.ValueKind == JsonValueKind.Number
            ? element.GetSByte()
            : (sbyte)0;
        return new PartitionStateZNode(
            json.GetProperty("leader").GetInt32(),
            json.GetProperty("leader_epoch").GetInt32(),
            json.GetProperty("isr").Numbers(),
            json.GetProperty("controller_epoch").GetInt32(),
            znodeVersion,
            recovery);
    });

    public bool Equals(PartitionStateZNode? other) =>
        other is not null
        && Leader == other.Leader
        && LeaderEpoch == other.LeaderEpoch
        && Isr.SequenceEqual(other.Isr)
        && ControllerEpoch == other.ControllerEpoch
        && Version == other.Version
        && RecoveryState == other.RecoveryState;

    public override int GetHashCode() => HashCode.Combine(Leader, LeaderEpoch, ControllerEpoch, Version);

    public override string ToString() => $"leader {Leader} epoch {LeaderEpoch} isr [{string.Join(',', Isr)}] version {Version}";
}
