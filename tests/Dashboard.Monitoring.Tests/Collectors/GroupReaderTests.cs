using System.Collections.Immutable;
using Dashboard.Monitoring.Collectors;
using Dashboard.Monitoring.Model;
using Dashboard.Monitoring.Readings;
using Kafka.Protocol;
using Kafka.Protocol.Messages;
using static Dashboard.Monitoring.Tests.Collectors.CollectorWorld;

namespace Dashboard.Monitoring.Tests.Collectors;

/// <summary>Groups as two or three coordinators tell them: each lists its own.</summary>
public sealed class GroupReaderTests : IAsyncDisposable
{
    readonly CollectorWorld world = new(2, TimeSpan.FromSeconds(1), o => o with { GroupsReadEachTime = 10 });
    readonly GroupReader reader;
    readonly Dictionary<int, ErrorCode> unlisted = [];
    readonly Dictionary<string, ErrorCode> undescribed = [], unfetched = [];

    /// <summary>Who lists which group, of which kind, in which state.</summary>
    readonly List<(string Id, int Coordinator, string Type, string State)> groups = [];

    public GroupReaderTests()
    {
        reader = new GroupReader(world.Context, world.Kafka);
        world.On<ListGroupsRequest>((broker, _) => new ListGroupsResponse
        {
            ErrorCode = (short)unlisted.GetValueOrDefault(broker),
            Groups = [.. groups.Where(g => g.Coordinator == broker).Select(g => new ListGroupsResponse.ListedGroup
            {
                GroupId = g.Id, ProtocolType = "consumer", GroupState = g.State, GroupType = g.Type,
            })],
        });
        world.On<DescribeGroupsRequest>((_, request) => new DescribeGroupsResponse
        {
            Groups = [.. request.Groups.Select(id => new DescribeGroupsResponse.DescribedGroup
            {
                GroupId = id, ErrorCode = (short)undescribed.GetValueOrDefault(id),
                GroupState = "Stable", ProtocolType = "consumer", ProtocolData = "range",
                Members = [new() { MemberId = $"{id}-1", ClientId = "c", ClientHost = "/10.0.0.1" }],
            })],
        });
        world.On<ConsumerGroupDescribeRequest>((_, request) => new ConsumerGroupDescribeResponse
        {
            Groups = [.. request.GroupIds.Select(id => new ConsumerGroupDescribeResponse.DescribedGroup
            {
                GroupId = id, GroupState = "Reconciling", AssignorName = "uniform", GroupEpoch = 3, AssignmentEpoch = 3,
                Members = [new()
                {
                    MemberId = $"{id}-1", MemberEpoch = 2, ClientId = "c", ClientHost = "h",
                    Assignment = new() { TopicPartitions = [new() { TopicName = "t", Partitions = [1, 0] }] },
                    TargetAssignment = new() { TopicPartitions = [new() { TopicName = "t", Partitions = [0] }] },
                }],
            })],
        });
        world.On<OffsetFetchRequest>((_, request) => new OffsetFetchResponse
        {
            Groups = [.. request.Groups.Select(g => new OffsetFetchResponse.OffsetFetchResponseGroup
            {
                GroupId = g.GroupId, ErrorCode = (short)unfetched.GetValueOrDefault(g.GroupId),
                Topics = [new() { Name = "t", Partitions = [new() { PartitionIndex = 0, CommittedOffset = 7 }] }],
            })],
        });
    }

    Section<GroupReading> Section => world.State.Groups;

    public ValueTask DisposeAsync() => world.DisposeAsync();

    [Fact]
    public async Task Each_coordinator_tells_of_its_own()
    {
        Have(("a", 0, "Classic", "Stable"), ("b", 1, "Classic", "Empty"));
        await ReadAsync();
        var (a, b) = (Section.Value!.Groups["a"], Section.Value.Groups["b"]);
        Assert.Equal(("Stable", "range", 0, "a-1"), (a.State, a.Protocol, a.Coordinator, Assert.Single(a.Members).MemberId));
        Assert.Equal(7, Assert.Single(a.Offsets).Offset);
        // one without members is not described: its listing says all there is
        Assert.Equal(("Empty", null, 1, 0), (b.State, b.Protocol, b.Coordinator, b.Members.Length));
        Assert.Equal(0, world.Asked<DescribeGroupsRequest>(1));
        Assert.Equal([0, 1], Section.Value.Answered.Order());
    }

    [Fact]
    public async Task Groups_of_the_new_protocol_are_described_by_their_own_API()
    {
        Have(("new", 0, "Consumer", "Reconciling"));
        await ReadAsync();
        var group = Section.Value!.Groups["new"];
        Assert.Equal(("Reconciling", "uniform"), (group.State, group.Protocol));
        var member = Assert.Single(group.Members);
        Assert.Equal([new TopicPartition("t", 0), new("t", 1)], member.Assignments);
        Assert.Equal((true, 2, new GroupEpochs(3, 3)), (member.IsMoving, member.Epoch, group.Epochs!.Value));
        Assert.Equal([new TopicPartition("t", 0)], member.Target!.Value);
        Assert.Equal(0, world.Asked<DescribeGroupsRequest>());
    }

    [Fact]
    public async Task Share_groups_tell_where_they_start_and_are_asked_for_no_commits()
    {
        Have(("s", 0, "Share", "Stable"));
        world.On<ShareGroupDescribeRequest>((_, request) => new ShareGroupDescribeResponse
        {
            Groups = [.. request.GroupIds.Select(id => new ShareGroupDescribeResponse.DescribedGroup
            {
                GroupId = id, GroupState = "Stable", AssignorName = "simple", GroupEpoch = 4, AssignmentEpoch = 3,
                Members = [new()
                {
                    MemberId = "m", MemberEpoch = 3, ClientId = "c", ClientHost = "h",
                    Assignment = new() { TopicPartitions = [new() { TopicName = "t", Partitions = [0] }] },
                }],
            })],
        });
        world.On<DescribeShareGroupOffsetsRequest>((_, request) => new DescribeShareGroupOffsetsResponse
        {
            Groups = [.. request.Groups.Select(g => new DescribeShareGroupOffsetsResponse.DescribeShareGroupOffsetsResponseGroup
            {
                GroupId = g.GroupId,
                Topics =
                [
                    new()
                    {
                        TopicName = "t",
                        Partitions = [new() { StartOffset = 5, Lag = 2 }, new() { PartitionIndex = 1, StartOffset = -1 }],
                    },
                ],
            })],
        });
        await ReadAsync();
        var group = Section.Value!.Groups["s"];
        Assert.Equal((GroupKind.Share, "simple", new GroupEpochs(4, 3)), (group.Kind, group.Protocol, group.Epochs!.Value));
        Assert.True(group.Epochs!.Value.IsAssigning);
        Assert.Equal([(0, 5L, (long?)2), (1, -1L, null)], group.Starts.Select(o => (o.Partition, o.Offset, o.Lag)));
        Assert.Equal((3, (ImmutableArray<TopicPartition>?)null), (Assert.Single(group.Members).Epoch, group.Members[0].Target));
        Assert.Equal((0, 0), (world.Asked<OffsetFetchRequest>(), world.Asked<DescribeGroupsRequest>()));
    }

    [Fact]
    public async Task Streams_groups_tell_their_topology_and_tasks()
    {
        Have(("s", 0, "Streams", "Reconciling"));
        world.On<StreamsGroupDescribeRequest>((_, request) => new StreamsGroupDescribeResponse
        {
            Groups = [.. request.GroupIds.Select(id => new StreamsGroupDescribeResponse.DescribedGroup
            {
                GroupId = id, GroupState = "Reconciling", GroupEpoch = 2, AssignmentEpoch = 2,
                Topology = new() { Epoch = 7, Subtopologies = [new() { SubtopologyId = "0", SourceTopics = ["t", "gone"] }] },
                Members = [new()
                {
                    MemberId = "m", MemberEpoch = 1, ClientId = "c", ClientHost = "h",
                    Assignment = new() { StandbyTasks = [new() { SubtopologyId = "0", Partitions = [0] }] },
                    TargetAssignment = new() { ActiveTasks = [new() { SubtopologyId = "0", Partitions = [0] }] },
                }],
            })],
        });
        await ReadAsync();
        var group = Section.Value!.Groups["s"];
        Assert.Equal((GroupKind.Streams, 7, "0"), (group.Kind, group.Topology!.Epoch, Assert.Single(group.Topology.Parts).Id));
        var member = Assert.Single(group.Members);
        Assert.Equal([new StreamsTask(TaskRole.Standby, "0", 0)], member.Tasks);
        Assert.Equal([new StreamsTask(TaskRole.Active, "0", 0)], member.TargetTasks!.Value);
        Assert.True(member.IsMoving);
        Assert.Empty(member.Assignments); // a standby task reads no topic
        Assert.Equal(7, Assert.Single(group.Offsets).Offset);
    }

    [Fact]
    public async Task A_kind_that_the_broker_has_no_API_of_is_told_as_far_as_it_is_listed()
    {
        Have(("s", 0, "Share", "Stable"), ("x", 0, "Novel", "Stable"));
        const short unsupported = (short)ErrorCode.UnsupportedVersion;
        world.On<ShareGroupDescribeRequest>((_, _) => new ShareGroupDescribeResponse
        {
            Groups = [new() { GroupId = "s", ErrorCode = unsupported }],
        });
        world.On<DescribeShareGroupOffsetsRequest>((_, _) => new DescribeShareGroupOffsetsResponse
        {
            Groups = [new() { GroupId = "s", ErrorCode = unsupported }],
        });
        await ReadAsync();
        var (share, novel) = (Section.Value!.Groups["s"], Section.Value.Groups["x"]);
        Assert.Equal((GroupKind.Share, "Stable", null), (share.Kind, share.State, share.Error));
        Assert.Equal((GroupKind.Unknown, "Stable", null), (novel.Kind, novel.State, novel.Error));
    }

    [Fact]
    public async Task A_broker_that_tells_no_state_and_no_type_is_an_old_one()
    {
        Have(("old", 0, "", ""));
        world.On<DescribeGroupsRequest>((_, _) => new DescribeGroupsResponse
        {
            Groups = [new() { GroupId = "old", GroupState = "Empty", ProtocolType = "consumer" }],
        });
        await ReadAsync();
        Assert.Equal(("Empty", GroupKind.Classic), (Section.Value!.Groups["old"].State, Section.Value.Groups["old"].Kind));
    }

    [Fact]
    public async Task No_groups_is_an_empty_list_and_no_error()
    {
        await ReadAsync();
        Assert.Equal((0, (SectionError?)null, Build.Start), (Section.Value!.Groups.Count, Section.Error, Section.AsOf!.Value));
    }

    [Fact]
    public async Task The_groups_of_a_silent_coordinator_stay_as_they_were_and_say_so()
    {
        Have(("a", 0, "Classic", "Stable"), ("b", 1, "Classic", "Stable"));
        await ReadAsync();
        world.Silent[1] = true;
        await ReadAsync(after: 2);
        var (a, b) = (Section.Value!.Groups["a"], Section.Value.Groups["b"]);
        Assert.Equal((null, Build.Start.AddSeconds(2)), (a.Error, a.AsOf));
        Assert.Equal((SectionErrorKind.TimedOut, Build.Start, "Stable"), (b.Error!.Kind, b.AsOf, b.State));
        Assert.Equal([1], Section.Value.BrokerErrors.Keys);
        Assert.Equal([0], Section.Value.Answered);
        Assert.Equal((SectionErrorKind.TimedOut, Build.Start), (Section.Error!.Kind, Section.AsOf!.Value));
    }

    [Fact]
    public async Task A_group_is_gone_when_its_coordinator_says_so()
    {
        Have(("a", 0, "Classic", "Empty"), ("b", 1, "Classic", "Empty"));
        await ReadAsync();
        groups.RemoveAt(0);
        await ReadAsync(after: 1);
        Assert.Equal(["b"], Section.Value!.Groups.Keys);
    }

    [Fact]
    public async Task A_group_that_nobody_lists_is_not_gone_while_one_that_is_silent_may_have_taken_it_over()
    {
        Have(("a", 0, "Classic", "Empty"), ("b", 1, "Classic", "Empty"));
        await ReadAsync();
        groups.RemoveAt(0);
        world.Cut[1] = true;
        await ReadAsync(after: 1);
        Assert.Equal(["a", "b"], Section.Value!.Groups.Keys.Order());
        Assert.Equal(SectionErrorKind.Unreachable, Section.Value.Groups["a"].Error!.Kind);
    }

    [Fact]
    public async Task A_group_that_moved_to_another_coordinator_is_read_from_there()
    {
        Have(("a", 0, "Classic", "Stable"));
        await ReadAsync();
        Have(("a", 1, "Classic", "Stable"));
        world.Silent[0] = true;
        await ReadAsync(after: 1);
        var group = Section.Value!.Groups["a"];
        Assert.Equal((1, null, Build.Start.AddSeconds(1)), (group.Coordinator, group.Error, group.AsOf));
    }

    [Fact]
    public async Task A_group_that_one_may_not_read_says_so_and_its_coordinator_is_fine()
    {
        Have(("a", 0, "Classic", "Stable"), ("b", 0, "Classic", "Stable"));
        undescribed["a"] = ErrorCode.GroupAuthorizationFailed;
        unfetched["b"] = ErrorCode.GroupAuthorizationFailed;
        await ReadAsync();
        RawGroup[] refused = [Section.Value!.Groups["a"], Section.Value.Groups["b"]];
        Assert.All(refused, g => Assert.Equal(("GROUP_AUTHORIZATION_FAILED", 0), (g.Error!.Code, g.Offsets.Count)));
        Assert.Empty(Section.Value!.BrokerErrors);
        Assert.Null(Section.Error);
    }

    [Fact]
    public async Task A_coordinator_that_loads_its_groups_refuses_to_list_them_and_they_stay()
    {
        Have(("a", 0, "Classic", "Stable"));
        await ReadAsync();
        groups.Clear();
        unlisted[0] = ErrorCode.CoordinatorLoadInProgress;
        await ReadAsync(after: 1);
        Assert.Equal("COORDINATOR_LOAD_IN_PROGRESS", Section.Value!.Groups["a"].Error!.Code);
        Assert.Equal((SectionErrorKind.Refused, "COORDINATOR_LOAD_IN_PROGRESS"), (Section.Error!.Kind, Section.Error.Code));
    }

    [Fact]
    public async Task With_no_coordinator_answering_nothing_is_read()
    {
        Have(("a", 0, "Classic", "Stable"));
        await ReadAsync();
        var before = Section.Value;
        world.Cut[0] = world.Cut[1] = true;
        await ReadAsync(after: 1);
        Assert.Same(before, Section.Value);
        Assert.Equal((SectionErrorKind.Unreachable, Build.Start), (Section.Error!.Kind, Section.AsOf!.Value));
    }

    [Fact]
    public async Task Of_thousands_of_groups_those_with_most_lag_those_that_are_new_and_those_that_failed_are_read_each_time()
    {
        Have([.. Enumerable.Range(0, 3000).Select(i => ($"g{i:0000}", i % 2, "Classic", "Empty"))]);
        await ReadAsync();
        Assert.Equal(3000, Fetched(0));
        var error = new SectionError(SectionErrorKind.Refused, "x", null, "x", Build.Start);
        // worked out from the first reading by the monitor's loop
        var read = groups.Select((g, i) => Build.Group(g.Id, lag: i) with { Error = i == 5 ? error : null });
        world.Set(s => s with { Groups = s.Groups.Read(GroupTable.Of(read), Build.Start) });
        groups.Add(("new", 0, "Classic", "Empty"));
        var asked = world.Asked<OffsetFetchRequest>();
        await ReadAsync(after: 2);
        Assert.Equal(["g0005", .. Enumerable.Range(2990, 10).Select(i => $"g{i:0000}"), "new"], Names(asked).Order());
        // the others stay as they were, and the whole is as old as they are
        Assert.Equal((3001, Build.Start), (Section.Value!.Groups.Count, Section.AsOf!.Value));
        Assert.Equal(Build.Start.AddSeconds(2), Section.Value.Groups["new"].AsOf);

        asked = world.Asked<OffsetFetchRequest>();
        await ReadAsync(after: 60);
        Assert.Equal(3001, Fetched(asked));
        Assert.Equal(Build.Start.AddSeconds(62), Section.AsOf);
    }

    int Fetched(int after) => Names(after).Count();

    /// <summary>
    /// Groups whose offsets were asked for since. Requests of both brokers are in no order: those of before are told by their number.
    /// </summary>
    IEnumerable<string> Names(int after)
    {
        var requests = world.Brokers.SelectMany(b => b.Asked.Select(a => a.Body).OfType<OffsetFetchRequest>().Skip(after / 2));
        return requests.SelectMany(r => r.Groups).Select(g => g.GroupId).Distinct();
    }

    void Have(params (string Id, int Coordinator, string Type, string State)[] now)
    {
        groups.Clear();
        groups.AddRange(now);
    }

    async Task ReadAsync(int after = 0)
    {
        world.Time.Advance(TimeSpan.FromSeconds(after));
        world.Post(await reader.ReadAsync(Token));
    }
}
