using Dashboard.Messages.Scanning;
using Dashboard.Monitoring.Messages;
using Kafka.Client.Tests;
using Kafka.Protocol;
using Kafka.Protocol.Messages;
using Microsoft.Extensions.Logging.Abstractions;
using Testing;

namespace Dashboard.Messages.Tests.Scanning;

/// <summary>When topics were written to last: one question a leader, and no answer is never taken for an empty topic.</summary>
public sealed class LastRecordsTests : IAsyncDisposable
{
    readonly FakeBroker broker = new() { NodeId = 0 };
    readonly ClusterData data;
    readonly LastRecords records = new(TimeProvider.System);

    public LastRecordsTests()
    {
        broker.Handler = (_, request) => request switch
        {
            MetadataRequest metadata => Metadata(metadata),
            ListOffsetsRequest list => Times(list),
            _ => null,
        };
        data = new("t", () => $"127.0.0.1:{broker.Port}", new(), null, NullLoggerFactory.Instance);
    }

    static CancellationToken Token => TestContext.Current.CancellationToken;

    int Asked => broker.Asked.Count(one => one.Body is ListOffsetsRequest);

    public async ValueTask DisposeAsync()
    {
        await data.DisposeAsync();
        await broker.DisposeAsync();
    }

    [Fact]
    public async Task The_newest_of_all_partitions_counts_and_what_was_answered_is_kept_for_everybody()
    {
        var found = await records.ReadAsync(data, ["written", "empty", "silent", "wild"], Token);
        Assert.Equal(new LastRecord(DateTimeOffset.FromUnixTimeMilliseconds(5000), true), found["written"]);
        Assert.Equal(new LastRecord(null, true), found["empty"]);
        Assert.Equal(new LastRecord(null, false), found["silent"]);
        Assert.Equal(2262, found["wild"].At?.Year); // a number that no calendar holds, but as nanoseconds
        Assert.Equal(1, Asked);
        await records.ReadAsync(data, ["empty", "written"], Token);
        Assert.Equal(1, Asked);
    }

    [Fact]
    public async Task Without_an_answer_nothing_is_known_and_nothing_is_thrown()
    {
        await broker.DisposeAsync();
        Assert.Equal(new LastRecord(null, false), (await records.ReadAsync(data, ["written"], Token))["written"]);
    }

    MetadataResponse Metadata(MetadataRequest request)
    {
        var answer = broker.Metadata();
        answer.Topics = [.. (request.Topics ?? []).Select(topic => new MetadataResponse.MetadataResponseTopic
        {
            Name = topic.Name, Partitions = [new() { PartitionIndex = 0, LeaderId = 0 }, new() { PartitionIndex = 1, LeaderId = 0 }],
        })];
        return answer;
    }

    static ListOffsetsResponse Times(ListOffsetsRequest request) => new()
    {
        Topics = [.. request.Topics.Select(topic => new ListOffsetsResponse.ListOffsetsTopicResponse
        {
            Name = topic.Name,
            Partitions = [.. topic.Partitions.Select(one => new ListOffsetsResponse.ListOffsetsPartitionResponse
            {
                PartitionIndex = one.PartitionIndex,
                Timestamp = one.Timestamp != -3 ? -1
                    : topic.Name == "written" ? 1000 + (one.PartitionIndex * 4000)
                    : topic.Name == "wild" ? long.MaxValue
                    : -1,
                ErrorCode = (short)(topic.Name == "silent" && one.PartitionIndex == 1 ? ErrorCode.NotLeaderOrFollower : ErrorCode.None),
            })],
        })],
    };
}
