using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Serialization;
using Kafka.Client;

namespace Dashboard.Monitoring.Commands;

/// <summary>What the cluster shows of something that was sent and not answered.</summary>
/// <param name="Subject">The topic or partition.</param>
/// <param name="Happened">True: it is done. False: it is not, and will not be. Null: not to be seen so far; it may still come.</param>
/// <param name="Key">Resource key "Seen_" + Key; Arguments fill it.</param>
/// <param name="Words">The same in English, for the audit log and REST.</param>
public sealed record Sighting(string Subject, bool? Happened, string Key, ImmutableArray<string> Arguments, string Words)
{
    /// <summary>The broker that was asked did not answer in time: that shows nothing, not even that it is not there so far.</summary>
    [JsonIgnore]
    public bool IsSilence { get; init; }

    internal static Sighting TopicThere(string topic, int partitions) =>
        new(topic, true, "TopicThere", [Text(partitions)], $"the topic is there, with {partitions} partitions");

    internal static Sighting TopicWithoutLeader(string topic, int partitions, string offline) =>
        new(
            topic,
            true,
            "TopicWithoutLeader",
            [Text(partitions), offline],
            $"the topic is there, with {partitions} partitions; no leader: {offline}");

    internal static Sighting TopicWasThere(string topic) => new(topic, null, "TopicWasThere", [], "a topic of this name was there before");

    internal static Sighting OtherTopic(string topic, int found, int wanted) =>
        new(
            topic,
            null,
            "OtherTopic",
            [Text(found), Text(wanted)],
            $"a topic of this name is there, with {found} partitions where {wanted} were asked for");

    internal static Sighting TopicMissing(string topic) => new(topic, null, "TopicMissing", [], "the topic is not there so far");

    internal static Sighting TopicGone(string topic) => new(topic, true, "TopicGone", [], "the topic is gone");

    internal static Sighting TopicStays(string topic) => new(topic, null, "TopicStays", [], "the topic is still there");

    internal static Sighting Moves(string partition, string replicas) =>
        new(partition, true, "Moves", [partition, replicas], $"the replicas of {partition} move to {replicas}");

    internal static Sighting Moved(string partition, string replicas) =>
        new(partition, true, "Moved", [partition, replicas], $"the replicas of {partition} are {replicas}");

    internal static Sighting Unmoved(string partition, string replicas) =>
        new(partition, null, "Unmoved", [partition, replicas], $"the replicas of {partition} are still {replicas}");

    internal static Sighting MovedAnyway(string partition, string replicas) =>
        new(
            partition,
            false,
            "MovedAnyway",
            [partition, replicas],
            $"the reassignment of {partition} was complete before it could be cancelled: {replicas}");

    internal static Sighting StillMoves(string partition) =>
        new(partition, null, "StillMoves", [partition], $"the reassignment of {partition} still runs");

    internal static Sighting Leads(string partition, int broker) =>
        new(partition, true, "Leads", [partition, Text(broker)], $"broker {broker} leads {partition}");

    internal static Sighting LeadsStill(string partition, int broker) =>
        new(partition, null, "LeadsStill", [partition, Text(broker)], $"broker {broker} still leads {partition}");

    internal static Sighting NoLeader(string partition) => new(partition, null, "NoLeader", [partition], $"{partition} has no leader");

    /// <param name="isThere">It is where it was to go; otherwise that may still come.</param>
    internal static Sighting OffsetAt(string partition, string offset, bool isThere) => isThere
        ? new(partition, true, "OffsetAt", [partition, offset], $"{partition} is at {offset}")
        : new(partition, null, "OffsetStill", [partition, offset], $"{partition} is still at {offset}");

    internal static Sighting OfGroup(string group, bool exists) => exists
        ? new(group, null, "GroupStays", [group], "the group is still there")
        : new(group, true, "GroupGone", [group], "the group is gone");

    internal static Sighting OfMember(string member, bool exists) => exists
        ? new(member, null, "MemberStays", [member], $"{member} is still a member")
        : new(member, true, "MemberGone", [member], $"{member} is no member any longer");

    internal static Sighting ConfigsSet(string topic) => new(topic, true, "ConfigsSet", [], "the settings are as asked for");

    internal static Sighting ConfigsUnset(string topic, string keys) =>
        new(topic, null, "ConfigsUnset", [keys], $"not as asked for so far: {keys}");

    internal static Sighting PartitionsThere(string topic, int partitions) =>
        new(topic, true, "PartitionsThere", [Text(partitions)], $"the topic has {partitions} partitions");

    internal static Sighting PartitionsMissing(string topic, int partitions) =>
        new(topic, null, "PartitionsMissing", [Text(partitions)], $"the topic has only {partitions} partitions so far");

    internal static Sighting LogBegins(string partition, long offset, bool isDone) => new(
        partition,
        isDone ? true : null,
        isDone ? "LogBegins" : "LogBeginsStill",
        [partition, offset.ToString(CultureInfo.InvariantCulture)],
        $"{partition} {(isDone ? "begins" : "still begins")} at offset {offset}");

    internal static Sighting TopicTaken(string topic) =>
        new(topic, true, "TopicTaken", [], "the controller has the topic; the brokers do not show it so far");

    internal static Sighting NotSeen(string subject, string why) =>
        new(subject, null, "NotSeen", [subject, why], $"{subject} could not be looked up: {why}");

    internal static Sighting NotSeen(string subject, KafkaException why) =>
        NotSeen(subject, why.Message) with { IsSilence = why is KafkaTimeoutException };

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
