using Kafka.Client.Admin;
using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Dashboard.Monitoring.Tests.Commands;

/// <summary>Settings and logs of the topic orders, of two partitions, as a broker tells and changes them.</summary>
sealed class ScriptedTopic
{
    /// <summary>What the topic itself sets.</summary>
    public Dictionary<string, string> Own { get; } = new() { ["retention.ms"] = "86400000", ["segment.ms"] = "3600000" };

    /// <summary>Why a setting is refused.</summary>
    public Dictionary<string, string> Refused { get; } = [];

    /// <summary>More are refused.</summary>
    public int MostPartitions { get; set; } = int.MaxValue;

    public long[] Begins { get; set; } = [0, 0];

    public long[] Ends { get; set; } = [100, 60];

    /// <summary>The first offset that is not older than whatever time is asked for; -1: all are.</summary>
    public long[] OlderThan { get; set; } = [0, 0];

    /// <summary>Up to where records were deleted, by partition.</summary>
    public long[] Deleted { get; } = [-1, -1];

    public IKafkaResponse? Answer(IKafkaRequest request) => request switch
    {
        DescribeConfigsRequest => Describe(),
        IncrementalAlterConfigsRequest alter => Alter(alter),
        CreatePartitionsRequest create => new CreatePartitionsResponse
        {
            Results =
            [
                new()
                {
                    Name = create.Topics[0].Name,
                    ErrorCode = (short)(create.Topics[0].Count > MostPartitions ? ErrorCode.InvalidPartitions : ErrorCode.None),
                },
            ],
        },
        ListOffsetsRequest list => List(list),
        DeleteRecordsRequest delete => Delete(delete),
        _ => null,
    };

    DescribeConfigsResponse Describe() => new()
    {
        Results = [new()
        {
            ResourceType = (sbyte)ConfigResourceType.Topic,
            ResourceName = "orders",
            Configs =
            [
                Entry("retention.ms", null, "604800000"), Entry("segment.ms", "log.roll.ms", "604800000"),
                Entry("cleanup.policy", "log.cleanup.policy", "delete"), Entry("min.insync.replicas", "min.insync.replicas", "1"),
                Entry("max.message.bytes", "message.max.bytes", "1048588"), Entry("retention.bytes", "log.retention.bytes", "-1"),
                Entry("unclean.leader.election.enable", "unclean.leader.election.enable", "false"),
                Entry("segment.bytes", "log.segment.bytes", "1073741824"),
                Entry("min.cleanable.dirty.ratio", "log.cleaner.min.cleanable.ratio", "0.5"),
            ],
        }],
    };

    /// <param name="broker">The name it has at the brokers; null: they do not tell it, as of log.retention.hours.</param>
    DescribeConfigsResponse.DescribeConfigsResourceResult Entry(string name, string? broker, string value)
    {
        DescribeConfigsResponse.DescribeConfigsSynonym[] below = broker is null
            ? []
            : [new() { Name = broker, Value = value, Source = (sbyte)ConfigSource.StaticBrokerConfig }];
        return Own.TryGetValue(name, out var own)
            ? new()
            {
                Name = name,
                Value = own,
                ConfigSource = (sbyte)ConfigSource.TopicConfig,
                Synonyms = [new() { Name = name, Value = own, Source = (sbyte)ConfigSource.TopicConfig }, .. below],
            }
            : new() { Name = name, Value = value, ConfigSource = (sbyte)ConfigSource.StaticBrokerConfig, Synonyms = [.. below] };
    }

    /// <summary>Refuses all of it for one, as Kafka does.</summary>
    IncrementalAlterConfigsResponse Alter(IncrementalAlterConfigsRequest request)
    {
        var configs = request.Resources[0].Configs;
        var why = configs.Select(c => Refused.GetValueOrDefault(c.Name)).FirstOrDefault(refusal => refusal is not null);
        foreach (var config in configs.Where(_ => !request.ValidateOnly && why is null))
        {
            Own.Remove(config.Name);
            if (config.Value is { } value)
            {
                Own[config.Name] = value;
            }
        }

        return new()
        {
            Responses = [new()
            {
                ResourceType = (sbyte)ConfigResourceType.Topic,
                ResourceName = "orders",
                ErrorCode = (short)(why is null ? ErrorCode.None : ErrorCode.InvalidConfig),
                ErrorMessage = why,
            }],
        };
    }

    ListOffsetsResponse List(ListOffsetsRequest request) => new()
    {
        Topics = [.. request.Topics.Select(topic => new ListOffsetsResponse.ListOffsetsTopicResponse
        {
            Name = topic.Name,
            Partitions = [.. topic.Partitions.Select(one => new ListOffsetsResponse.ListOffsetsPartitionResponse
            {
                PartitionIndex = one.PartitionIndex,
                Offset = one.Timestamp switch
                {
                    ListOffsetsCalls.Earliest => Begins[one.PartitionIndex],
                    ListOffsetsCalls.Latest => Ends[one.PartitionIndex],
                    _ => OlderThan[one.PartitionIndex],
                },
            })],
        })],
    };

    DeleteRecordsResponse Delete(DeleteRecordsRequest request) => new()
    {
        Topics = [.. request.Topics.Select(topic => new DeleteRecordsResponse.DeleteRecordsTopicResult
        {
            Name = topic.Name,
            Partitions = [.. topic.Partitions.Select(one => new DeleteRecordsResponse.DeleteRecordsPartitionResult
            {
                PartitionIndex = one.PartitionIndex,
                LowWatermark = Deleted[one.PartitionIndex] = one.Offset,
            })],
        })],
    };
}
