using ZooKeeper.Protocol;
using ZooKeeper.Server.Tree;

namespace ZooKeeper.Server.Preparation;

/// <summary>
/// Quotas (ZOOKEEPER-3301): refused is what would exceed a hard limit, and only where enforceQuota is set; exceeding a soft limit is only
/// logged.
/// </summary>
sealed partial class PrepProcessor
{
    /// <summary>enforceQuota of the server that makes the order. Without it quotas are counted and nothing more.</summary>
    public bool EnforceQuota { get; init; }

    /// <summary>Called when a quota is exceeded: text, and Unix ms.</summary>
    public Action<string, long> QuotaExceeded { get; init; } = (_, _) => { };

    /// <summary>
    /// Against what is applied, as Apache does: writes that are in flight are not counted yet, so a burst may pass a limit by a little.
    /// </summary>
    /// <returns>Null when it may be.</returns>
    ZooKeeperError? CheckQuota(Context context, string path, long bytes, long nodes)
    {
        if (!EnforceQuota || context.Tree.QuotaAbove(path) is not { } subject
            || context.Tree.Find(QuotaPaths.LimitNode(subject)) is not { } limitNode
            || context.Tree.Find(QuotaPaths.StatNode(subject)) is not { } statNode)
        {
            return null;
        }

        var limits = QuotaFigures.Parse(limitNode.Data);
        var used = QuotaFigures.Parse(statNode.Data);
        var refused = IsOver(context, subject, "count", nodes, used.Count, limits.Count, limits.CountHardLimit)
            || IsOver(context, subject, "bytes", bytes, used.Bytes, limits.Bytes, limits.ByteHardLimit);
        return refused ? ZooKeeperError.QuotaExceeded : null;
    }

    /// <summary>A hard limit, where there is one, takes the place of the soft one.</summary>
    bool IsOver(Context context, string subject, string what, long more, long used, long soft, long hard)
    {
        var isHard = hard > -1;
        var limit = isHard ? hard : soft;
        if (more == 0 || limit < 0 || used + more <= limit)
        {
            return false;
        }

        var consequence = isHard ? "hard limit, refused" : "soft limit, done";
        QuotaExceeded($"{subject}: {what} {used + more} where {limit} are allowed ({consequence})", context.Header.Time);
        return isHard;
    }
}
