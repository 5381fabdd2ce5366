using System.Collections.Immutable;
using Dashboard.Messages.Jobs;
using Dashboard.Monitoring.Access;
using Dashboard.Nodes;
using Wire;

namespace Dashboard.Operations;

/// <summary>What works on a cluster and would lose it with its servers: jobs of this program, and a walkthrough.</summary>
public sealed class ClusterUses(JobRunner jobs, WalkthroughTurn walkthroughs)
{
    /// <summary>A batch under way may wait for acknowledgements as long, a walkthrough for the brokers that it has killed.</summary>
    static readonly TimeSpan patience = TimeSpan.FromMinutes(2);

    /// <summary>As somebody may see it.</summary>
    public ImmutableArray<ClusterUse> On(string cluster, Actor actor)
    {
        var uses = jobs.ActiveOn(cluster).Select(job => JobAccess.Sees(job, actor)
            ? new ClusterUse(ClusterUse.Job, job.Id, $"{job.Kind} {job.Topic}", job.User)
            : new ClusterUse(ClusterUse.Job, null, job.Kind, job.User));
        return walkthroughs.Taker(cluster) is { } taker
            ? [.. uses, new ClusterUse(ClusterUse.Walkthrough, null, null, taker.By)]
            : [.. uses];
    }

    /// <summary>Jobs are stopped as they can go on; the walkthrough is undone.</summary>
    /// <returns>False: not all of it has ended in time.</returns>
    public async Task<bool> EndAsync(string cluster, string by)
    {
        var undone = walkthroughs.Taker(cluster)?.EndAsync(by) ?? Task.CompletedTask;
        var stopped = await jobs.EndOnAsync(
            cluster,
            CodedText.Of("exchanged", $"The servers of cluster {cluster} are exchanged by {by}: it goes on when they are there again."),
            patience);
        try
        {
            await undone.WaitAsync(patience);
            return stopped;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}
