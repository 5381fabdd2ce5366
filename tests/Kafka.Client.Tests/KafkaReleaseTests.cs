using Kafka.Client.Trial;
using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Client.Tests;

/// <summary>Versions as brokers of these releases tell them.</summary>
public sealed class KafkaReleaseTests
{
    [Theory]
    [InlineData("0.10", "Fetch:0-2")]
    [InlineData("0.11", "Fetch:0-5 InitProducerId:0-0 CreateTopics:0-2")]
    [InlineData("2.0", "Fetch:0-8 InitProducerId:0-1 DeleteGroups:0-1")]
    [InlineData("2.4", "Fetch:0-11 InitProducerId:0-2 AlterPartitionReassignments:0-0")]
    [InlineData("2.8", "Fetch:0-12 InitProducerId:0-4 DescribeCluster:0-0")]
    [InlineData("3.3", "Fetch:0-13 JoinGroup:0-9 DescribeLogDirs:0-4 ListTransactions:0-0 LeaderAndIsr:0-6")]
    [InlineData("3.4", "Fetch:0-13 JoinGroup:0-9 DescribeLogDirs:0-4 ListTransactions:0-0 LeaderAndIsr:0-7")]
    [InlineData("3.9", "Fetch:0-17 ListTransactions:0-1 LeaderAndIsr:0-7")]
    [InlineData("4.0", "Fetch:4-17 ListTransactions:0-1")]
    [InlineData("4.1", "Fetch:4-18 ListTransactions:0-1")]
    public void A_broker_without_metadata_versions_is_told_by_its_apis(string release, string apis) =>
        Assert.Equal(release, KafkaRelease.Of(Answer(apis)));

    [Theory]
    [InlineData("3.3", 7)]
    [InlineData("3.6", 14)]
    [InlineData("3.8", 20)]
    [InlineData("3.9", 21)]
    [InlineData("4.0", 25)]
    [InlineData("4.1", 27)]
    [InlineData("4.2", 28)]
    [InlineData("4.2", 29)]
    [InlineData("4.3", 30)]
    [InlineData("4.3+", 31)]
    public void A_broker_of_KRaft_is_told_by_its_metadata_versions(string release, short level)
    {
        var answer = Answer("Fetch:0-17");
        answer.SupportedFeatures = [new() { Name = "metadata.version", MinVersion = 1, MaxVersion = level }];
        Assert.Equal(release, KafkaRelease.Of(answer));
    }

    [Fact]
    public void A_cluster_is_as_old_as_its_oldest_broker()
    {
        Assert.Equal("3.9", KafkaRelease.Oldest(["4.0", "3.9", "4.3+"]));
        Assert.Equal("2.8", KafkaRelease.Oldest(["3.0", "2.8"]));
        Assert.Null(KafkaRelease.Oldest([]));
    }

    static ApiVersionsResponse Answer(string apis) => new()
    {
        ApiKeys = [.. apis.Split(' ').Select(api => api.Split(':', '-')).Select(api => new ApiVersionsResponse.ApiVersion
        {
            ApiKey = (short)Enum.Parse<ApiKey>(api[0]), MinVersion = short.Parse(api[1]), MaxVersion = short.Parse(api[2]),
        })],
    };
}
