using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using Dashboard.Localization;
using Dashboard.Monitoring.Model;

namespace Dashboard.Components.Features.Topics;

/// <summary>One topic as the list shows and sorts it, worked out of a snapshot.</summary>
/// <param name="Size">Of one copy; null until log directories were read.</param>
/// <param name="KeptMs">retention.ms; null when compacted or not known, -1 for ever.</param>
public sealed record TopicRow(
    TopicInfo Topic, int Offline, int UnderMinIsr, int UnderReplicated, int NotPreferred, long? Records, long? Size, double? In, int Groups,
    long? KeptMs, bool Compacted)
{
    static readonly ConditionalWeakTable<GroupTable, Dictionary<string, Readers>> readers = [];

    /// <summary>Of the group that is furthest behind on it; null: nobody reads it, or no lag is known.</summary>
    public long? WorstLag { get; init; }

    /// <summary>Of all its groups together.</summary>
    public long? TotalLag { get; init; }

    /// <summary>retention.bytes; -1 for no limit.</summary>
    public long? KeptBytes { get; init; }

    /// <summary>cleanup.policy.</summary>
    public string? Policy { get; init; }

    public int? MinIsr { get; init; }

    /// <summary>Worst first: offline, then writes refused, then fewer copies, then leaders elsewhere.</summary>
    public int Trouble => Offline > 0 ? 4 : UnderMinIsr > 0 ? 3 : UnderReplicated > 0 ? 2 : NotPreferred > 0 ? 1 : 0;

    public Severity Severity => Trouble >= 3 ? Severity.Bad : Trouble > 0 ? Severity.Warning : Severity.Ok;

    /// <param name="wasOnce">It is not known how it is now.</param>
    public string State(Text text, bool wasOnce) => Trouble switch
    {
        4 => text["Topics_State_offline", Offline],
        3 => text["Topics_State_under-min-isr", UnderMinIsr],
        2 => text["Topics_State_under-replicated", UnderReplicated],
        1 => text["Topics_State_not-preferred", NotPreferred],
        _ => text[wasOnce ? "Topics_State_was-ok" : "Topics_State_ok"],
    };

    public static TopicRow Of(TopicInfo topic, ClusterSnapshot snapshot)
    {
        var (offline, underMin, under, notPreferred) = (0, 0, 0, 0);
        long? records = null;
        long? size = null;
        double? rate = null;
        foreach (var p in topic.Partitions)
        {
            offline += p.IsOffline ? 1 : 0;
            underMin += p.IsUnderMinIsr ? 1 : 0;
            under += p.IsUnderReplicated ? 1 : 0;
            notPreferred += p.IsNotPreferred ? 1 : 0;
            if (snapshot.Offsets.Value?.Find(topic.Name, p.Partition) is { } offsets)
            {
                records = (records ?? 0) + offsets.Records;
                rate = offsets.RecordsPerSecond is { } perSecond ? (rate ?? 0) + perSecond : rate;
            }
            if (CopySize(snapshot, topic.Name, p) is { } bytes)
            {
                size = (size ?? 0) + bytes;
            }
        }
        var configs = snapshot.TopicConfigs.Value?.Of(topic.Name) ?? [];
        var policy = Config(configs, "cleanup.policy");
        var read = ReadersOf(snapshot, topic.Name);
        return new(
            topic, offline, underMin, under, notPreferred, records, size, rate, read.Groups, Number(configs, "retention.ms"),
            policy?.Contains("compact", StringComparison.Ordinal) == true)
        {
            WorstLag = read.Worst,
            TotalLag = read.Total,
            KeptBytes = Number(configs, "retention.bytes"),
            Policy = policy,
            MinIsr = (int?)Number(configs, "min.insync.replicas"),
        };
    }

    static long? Number(ImmutableArray<TopicConfig> configs, string name) =>
        long.TryParse(Config(configs, name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>Bytes of the leader's copy, or of the largest when nobody leads.</summary>
    public static long? CopySize(ClusterSnapshot snapshot, string topic, PartitionInfo partition)
    {
        if (snapshot.LogDirs.Value?.Sizes is not { } sizes)
        {
            return null;
        }
        if (sizes.TryGetValue(new(topic, partition.Partition, partition.Leader), out var leader))
        {
            return leader.Bytes;
        }
        long? largest = null;
        foreach (var replica in partition.Replicas)
        {
            if (sizes.TryGetValue(new(topic, partition.Partition, replica), out var copy) && copy.Bytes >= (largest ?? 0))
            {
                largest = copy.Bytes;
            }
        }
        return largest;
    }

    public static string? Config(ImmutableArray<TopicConfig> configs, string name) => configs.FirstOrDefault(c => c.Name == name)?.Value;

    /// <summary>"3 d", "compact", "for ever".</summary>
    public string Kept(Text text) => Compacted ? "compact" : KeptMs switch
    {
        null => Format.None,
        < 0 => text["Topic_Forever"],
        > 900_000_000_000_000 => text["Topic_Forever"], // 28,000 years and more, up to the largest number, which stands for no limit
        _ => Format.Duration(text, TimeSpan.FromMilliseconds(KeptMs.Value)),
    };

    static Readers ReadersOf(ClusterSnapshot snapshot, string topic) => snapshot.Groups.Value is { } table
        ? readers.GetValue(table, static t => Count(t)).GetValueOrDefault(topic)
        : default;

    /// <summary>Once for each reading of the groups, for everybody.</summary>
    static Dictionary<string, Readers> Count(GroupTable table)
    {
        var counts = new Dictionary<string, Readers>(StringComparer.Ordinal);
        var lags = new Dictionary<string, long?>(StringComparer.Ordinal);
        foreach (var group in table.Groups)
        {
            lags.Clear();
            foreach (var offset in group.Offsets)
            {
                lags[offset.Topic] = offset.Lag >= 0 ? (lags.GetValueOrDefault(offset.Topic) ?? 0) + offset.Lag
                    : lags.GetValueOrDefault(offset.Topic);
            }

            foreach (var (topic, lag) in lags)
            {
                counts[topic] = counts.GetValueOrDefault(topic).With(lag);
            }
        }

        return counts;
    }

    /// <summary>Who reads a topic, and how far behind. A lag that is not known makes up no other.</summary>
    readonly record struct Readers(int Groups, long? Worst, long? Total)
    {
        public Readers With(long? lag) => lag is { } known
            ? new(Groups + 1, Math.Max(Worst ?? 0, known), (Total ?? 0) + known)
            : this with { Groups = Groups + 1 };
    }
}
