using Kafka.Broker.Configuration;
using Kafka.Broker.Groups;
using Kafka.Protocol;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Kafka.Broker.Tests.Groups;

/// <summary>One group, its machine, a clock moved by hand and a store whose answers are given by hand.</summary>
sealed class GroupWorld : IGroupStore
{
    readonly Queue<(Action<ErrorCode> Done, IReadOnlyDictionary<string, byte[]> Assignments)> stores = new();
    readonly FakeTimeProvider time = new();
    readonly GroupTimers timers;

    public GroupWorld(params string[] settings)
    {
        timers = new GroupTimers(time);
        var config = BrokerConfig.Parse(["zookeeper.connect=localhost:1", .. settings], "server.properties");
        Machine = new GroupMachine(config, time, timers, this, NullLogger.Instance);
    }

    public ClassicGroup Group { get; } = new("readers");

    public GroupMachine Machine { get; }

    public GroupTimers Timers => timers;

    /// <summary>Answers to what the machine stores; null: they stay open until <see cref="AnswerStore"/>.</summary>
    public ErrorCode? StoreResult { get; set; } = ErrorCode.None;

    public int OpenStores => stores.Count;

    public void Store(ClassicGroup group, IReadOnlyDictionary<string, byte[]> assignments, Action<ErrorCode> done)
    {
        if (StoreResult is { } result)
        {
            done(result);
        }
        else
        {
            stores.Enqueue((done, assignments));
        }
    }

    public void AnswerStore(ErrorCode error) => stores.Dequeue().Done(error);

    public void Advance(int milliseconds)
    {
        for (var left = milliseconds; left > 0; left -= 100)
        {
            time.Advance(TimeSpan.FromMilliseconds(Math.Min(left, 100)));
            timers.FireDue();
        }
    }

    public Answers<JoinAnswer> Join(
        string memberId = "", string? instance = null, bool requireKnownId = false, bool skip = false,
        int session = 10_000, int rebalance = 60_000, string type = "consumer", params string[] protocols)
    {
        var answers = new Answers<JoinAnswer>();
        var question = new JoinQuestion("readers", memberId, instance, "client", "/127.0.0.1", rebalance, session, type,
            [.. (protocols.Length == 0 ? ["range"] : protocols).Select(Protocol)])
        {
            RequireKnownMemberId = requireKnownId,
            CanSkipAssignment = skip,
        };
        Machine.Join(Group, question, answers.Add);
        return answers;
    }

    public Answers<SyncAnswer> Sync(
        string memberId, int generation, string? instance = null, params (string Member, byte Value)[] assignments)
    {
        var answers = new Answers<SyncAnswer>();
        var parts = assignments.ToDictionary(item => item.Member, item => new[] { item.Value });
        Machine.Sync(Group, new SyncQuestion("readers", generation, memberId, instance, parts), answers.Add);
        return answers;
    }

    public ErrorCode Heartbeat(string memberId, int generation, string? instance = null) =>
        Machine.Heartbeat(Group, new HeartbeatQuestion("readers", generation, memberId, instance));

    public ErrorCode MayCommit(string memberId, int generation, string? instance = null) =>
        Machine.CheckCommit(Group, new CommitQuestion("readers", generation, memberId, instance, []));

    public ErrorCode Leave(string memberId, string? instance = null) =>
        Machine.Leave(Group, [new LeavingMember(memberId, instance)]).Members[0].Error;

    /// <summary>A stable group of dynamic members; their ids.</summary>
    public string[] Stable(int members, params string?[] instances)
    {
        var joins = Enumerable.Range(0, members).Select(i => Join(instance: instances.ElementAtOrDefault(i))).ToList();
        Advance(3_100 * (members + 1));
        var ids = joins.Select(join => join.Only.MemberId).ToArray();
        var leader = joins[0].Only.Leader;
        var syncs = ids.Where(id => id != leader).Select(id => Sync(id, Group.Generation)).ToList();
        Sync(leader, Group.Generation, null, [.. ids.Select((id, i) => (id, (byte)i))]);
        Assert.Equal(GroupState.Stable, Group.State);
        Assert.All(syncs, sync => Assert.Equal(ErrorCode.None, sync.Only.Error));
        return ids;
    }

    /// <summary>"range" has the same metadata for all members; "range=x" has x.</summary>
    static MemberProtocol Protocol(string text) => text.Split('=') is [var name, var metadata]
        ? new MemberProtocol(name, System.Text.Encoding.UTF8.GetBytes(metadata))
        : new MemberProtocol(text, [0, 0, 0, 0, 0, 0]);
}

/// <summary>The answers to one request: there must never be two.</summary>
sealed class Answers<T>
{
    readonly List<T> all = [];

    public bool IsOpen => all.Count == 0;

    public T Only => Assert.Single(all);

    public void Add(T answer)
    {
        all.Add(answer);
        Assert.Single(all);
    }
}
