using System.Collections.Immutable;
using Dashboard.Messages.Bytes;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Commands;
using Kafka.Protocol;
using Wire;

namespace Dashboard.Messages.Jobs;

/// <summary>Whether a job may run: what its actor may, and whether the clusters take changes here.</summary>
public sealed class JobAccess(IClusterRegistry clusters)
{
    public ImmutableArray<Refusal> Refusals(IEnumerable<Permission> needs, Actor actor) => actor.Ended is { } why
        ? [new Refusal(ErrorCode.PolicyViolation, JobReasons.Ended(why).English, actor.Name) { Code = Refusal.DeniedCode }]
        : [.. needs.Select(need => Refused(need, actor)).OfType<Refusal>()];

    /// <summary>The first of what keeps a job from running; null: it may.</summary>
    public CodedText? WhyNot(IEnumerable<Permission> needs, Actor actor) => actor.Ended is { } why
        ? JobReasons.Ended(why)
        : needs.Select(need => Refused(need, actor) is { } refusal ? JobReasons.Of(refusal, actor, need) : null)
            .FirstOrDefault(reason => reason is not null);

    /// <summary>Writes, where anything is written at all.</summary>
    public static bool IsChange(Permission need) => need.Action is not (AccessAction.See or AccessAction.Read);

    /// <summary>Whether it can be seen that there is such a job.</summary>
    public static bool Sees(JobEntry job, Actor actor) =>
        actor.Sees(job.Cluster) && job.Needs.All(need => need.Cluster is not { } cluster || actor.Sees(cluster));

    /// <summary>What Kafka calls each of these clusters, where that is known.</summary>
    public ImmutableSortedDictionary<string, string> Identities(IEnumerable<string> ids) =>
        ids.Select(id => (id, Kafka: clusters.Find(id)?.Current.Identity.Value?.ClusterId)).Where(one => one.Kafka is not null)
            .ToImmutableSortedDictionary(one => one.id, one => one.Kafka!);

    /// <summary>That a cluster is another one than when the job began; what is not known now is no reason.</summary>
    public CodedText? OtherCluster(JobEntry job)
    {
        var now = Identities(job.ClusterIds.Keys);
        return job.ClusterIds.Where(began => now.TryGetValue(began.Key, out var id) && id != began.Value)
            .Select(began => JobReasons.OtherCluster(job.Id, began.Key, began.Value, now[began.Key])).FirstOrDefault();
    }

    Refusal? Refused(Permission need, Actor actor)
    {
        if (need.Cluster is not { } id || clusters.Find(id) is not { } cluster || !actor.Sees(id))
        {
            return Refusal.NoCluster(need.Cluster, need.Name);
        }

        if (!actor.May(need))
        {
            return Refusal.Denied(actor, need, need.Name);
        }

        return IsChange(need) && cluster.Current.ReadOnly ? Refusal.ReadOnly(id, need.Name) : null;
    }
}
