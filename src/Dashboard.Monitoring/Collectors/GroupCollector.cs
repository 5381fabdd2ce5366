using System.Collections.Immutable;
using Dashboard.Monitoring.Model;
using Kafka.Client;
using Kafka.Protocol.Messages;

namespace Dashboard.Monitoring.Collectors;

/// <summary>
/// Consumer groups: each broker lists those it coordinates, describes those with members and gives the offsets of all in one request (OffsetFetch v8;
/// below that, one request a group, pipelined). With very many groups only those with most lag are read each time, and all of them once a minute.
/// </summary>
sealed class GroupCollector(CollectorContext context, KafkaCluster kafka) : Collector(context)
{
    readonly GroupReader reader = new(context, kafka);
    DateTimeOffset allReadAt = DateTimeOffset.MinValue;

    protected override TimeSpan Interval => Context.Options.GroupInterval;

    protected override string Source => "the group coordinators";

    protected override Func<MonitorState, MonitorState> Failed(SectionError error) => state => state with { Groups = state.Groups.Failed(error) };

    protected override async Task ReadAsync(CancellationToken cancellation)
    {
        var snapshot = Context.Current();
        if (snapshot.Brokers.Value is not { } brokers)
        {
            return;
        }

        var up = brokers.Brokers.Where(b => b.State == BrokerState.Up).Select(b => b.Id).ToList();
        var now = Context.Now;
        var known = snapshot.Groups.Value;
        var all = known is null || known.Groups.Length <= Context.Options.GroupsReadEachTime || now - allReadAt >= Context.Options.AllGroupsInterval;
        var worst = all ? null : known!.Groups.OrderByDescending(g => g.TotalLag ?? 0).Take(Context.Options.GroupsReadEachTime).Select(g => g.GroupId).ToHashSet();
        var answers = await Task.WhenAll(up.Select(broker => reader.ReadAsync(broker, worst, cancellation))).ConfigureAwait(false);
        if (all)
        {
            allReadAt = now;
        }

        var error = up.Count == 0 ? new SectionError(SectionErrorKind.Unreachable, Source, null, "No broker is up.", now)
            : answers.All(a => a.Error is not null) ? answers[0].Error
            : null;
        Context.Post(state => state with { Groups = error is null ? state.Groups.Read(Merge(state.Groups.Value, answers), now) : state.Groups.Failed(error) });
    }

    /// <summary>A group that was not read this time, or whose coordinator did not answer, keeps its last reading.</summary>
    static GroupReading Merge(GroupReading? before, CoordinatorAnswer[] answers)
    {
        var old = before?.Groups ?? ImmutableDictionary<string, RawGroup>.Empty;
        var merged = ImmutableDictionary.CreateBuilder<string, RawGroup>();
        foreach (var answer in answers)
        {
            foreach (var listed in answer.Listed)
            {
                if (answer.Read.TryGetValue(listed.GroupId, out var group))
                {
                    merged[listed.GroupId] = group;
                }
                else if (old.TryGetValue(listed.GroupId, out var known))
                {
                    merged[listed.GroupId] = known;
                }
            }
        }

        var failed = answers.Where(a => a.Error is not null).ToDictionary(a => a.Broker, a => a.Error!);
        var answered = answers.Where(a => a.Error is null).Select(a => a.Broker).ToHashSet();
        foreach (var group in old.Values.Where(g => !merged.ContainsKey(g.GroupId) && !answered.Contains(g.Coordinator)))
        {
            // its coordinator is gone or silent: the groups it had are not gone for that
            merged[group.GroupId] = failed.TryGetValue(group.Coordinator, out var error) ? group with { Error = error } : group;
        }

        return new GroupReading(merged.ToImmutable(), failed.ToImmutableDictionary());
    }
}

/// <param name="Listed">Every group the broker coordinates.</param>
/// <param name="Read">Those that were described and whose offsets were read.</param>
sealed record CoordinatorAnswer(int Broker, List<ListGroupsResponse.ListedGroup> Listed, Dictionary<string, RawGroup> Read, SectionError? Error);
