using System.Collections.Immutable;
using Dashboard.Monitoring.Model;

namespace Dashboard.Monitoring.Derivation;

/// <summary>
/// Which topics there are. A broker that has just started answers before the controller has sent it all of them, so that one answer without
/// a topic is not its deletion: it is gone when ZooKeeper's list does not have it either, or when the answers of a while agree; and no
/// topic at all is read, at first, only in the same way. Owned by the monitor's loop.
/// </summary>
sealed class TopicPresence
{
    /// <summary>From the first answer without it to one that confirms it.</summary>
    public static readonly TimeSpan Confirmation = TimeSpan.FromSeconds(1);

    /// <summary>The same, against ZooKeeper's list: one that is being deleted is in it to the end.</summary>
    static readonly TimeSpan contradicted = TimeSpan.FromSeconds(15);

    readonly Dictionary<string, DateTimeOffset> missing = [];
    DateTimeOffset? askedSince;

    /// <summary>The same reading may be judged otherwise later.</summary>
    public bool IsWaiting => missing.Count > 0;

    /// <summary>What there is; null: not known yet.</summary>
    /// <param name="shown">What there was.</param>
    /// <param name="read">By the newest answer.</param>
    /// <param name="registered">ZooKeeper's list; null while it cannot be read.</param>
    /// <param name="deleted">What is known to be deleted: the first answer without it confirms that.</param>
    public TopicTable? Confirm(
        TopicTable? shown, TopicTable read, DateTimeOffset asOf, ImmutableHashSet<string>? registered, IReadOnlySet<string>? deleted = null)
    {
        if (shown is null)
        {
            askedSince ??= asOf;
            var wait = registered is null ? (read.Topics.Length == 0 ? Confirmation : TimeSpan.Zero)
                : registered.All(read.ByName.ContainsKey) ? TimeSpan.Zero
                : read.Topics.Length == 0 ? contradicted : 2 * Confirmation;
            return asOf - askedSince >= wait ? read : null;
        }

        var kept = new List<TopicInfo>();
        foreach (var topic in shown.Topics)
        {
            if (read.Find(topic.Name) is not null)
            {
                missing.Remove(topic.Name);
            }
            else if (deleted?.Contains(topic.Name) == true || IsGone(topic.Name, asOf, registered))
            {
                missing.Remove(topic.Name);
            }
            else
            {
                kept.Add(topic);
            }
        }

        return kept.Count == 0 ? read : TopicTable.Of(read.Topics.Concat(kept));
    }

    bool IsGone(string topic, DateTimeOffset asOf, ImmutableHashSet<string>? registered)
    {
        missing.TryAdd(topic, asOf);
        return registered?.Contains(topic) == false || asOf - missing[topic] >= (registered is null ? Confirmation : contradicted);
    }
}
