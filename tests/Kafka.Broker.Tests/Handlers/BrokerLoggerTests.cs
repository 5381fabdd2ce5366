using System.Collections.Concurrent;
using Kafka.Broker.Configuration;
using Kafka.Broker.Handlers;
using Kafka.Broker.Handlers.Admin;
using Kafka.Broker.Logging;
using Kafka.Broker.Metadata;
using Kafka.Broker.Tests.Support;
using Kafka.Protocol;
using Kafka.Protocol.Messages;
using Microsoft.Extensions.Logging;
using Wire;

namespace Kafka.Broker.Tests.Handlers;

/// <summary>KIP-412: the levels of a broker's loggers are described and changed while it runs.</summary>
public sealed class BrokerLoggerTests
{
    const string Name = "Kafka.Broker.Replication.ReplicaManager";
    readonly ConcurrentQueue<string> lines = new();
    readonly BrokerConfig config = BrokerConfig.Parse(["broker.id=3", "zookeeper.connect=none"], "server.properties");
    readonly BrokerLoggers loggers;
    readonly EntryFailures failures;
    readonly ConfigAlteration alteration;

    public BrokerLoggerTests()
    {
        loggers = new BrokerLoggers(new QueueLoggerFactory(lines, "kafka3"));
        failures = new EntryFailures(loggers.CreateLogger<EntryFailures>());
        alteration = new ConfigAlteration(config, config.BrokerId, new MetadataCache(), null!);
    }

    [Fact]
    public async Task A_level_that_is_set_is_shown_and_changes_what_is_logged()
    {
        var logger = loggers.CreateLogger(Name);
        Assert.Equal("INFO", await LevelAsync(Name));
        Assert.Equal("INFO", await LevelAsync(BrokerLoggers.Root));

        Assert.Equal(0, (await AlterAsync((Name, 0, "ERROR"))).ErrorCode);

        Assert.Equal("ERROR", await LevelAsync(Name));
        Assert.False(logger.IsEnabled(LogLevel.Warning));
        Write(logger, LogLevel.Warning, "muted");
        Write(logger, LogLevel.Error, "written");
        Assert.Contains("written", Assert.Single(lines));

        await AlterAsync((Name, 1, null), (BrokerLoggers.Root, 0, "WARN"));
        Assert.Equal("WARN", await LevelAsync(Name)); // the root's, as it has none of its own
        Write(logger, LogLevel.Information, "muted too");
        Write(logger, LogLevel.Warning, "written again");
        Assert.Equal(2, lines.Count);
    }

    [Fact]
    public void A_level_holds_for_the_names_below_it()
    {
        var levels = loggers;
        var (below, beside) = (levels.CreateLogger("Kafka.Broker.Log.LogManager"), levels.CreateLogger("Kafka.BrokerTools"));
        levels.CreateLogger("Kafka.Broker");
        levels.Set("Kafka.Broker", LogLevel.Critical);
        Assert.Equal((false, true), (below.IsEnabled(LogLevel.Error), beside.IsEnabled(LogLevel.Information)));
        Assert.False(levels.CreateLogger("Kafka.Broker.Log.Later").IsEnabled(LogLevel.Error));
    }

    [Theory]
    [InlineData("3", "Kafka.Broker.None", 0, "DEBUG", ErrorCode.InvalidConfig)]
    [InlineData("3", Name, 0, "LOUD", ErrorCode.InvalidConfig)]
    [InlineData("3", Name, 2, "DEBUG", ErrorCode.InvalidRequest)]
    [InlineData("3", BrokerLoggers.Root, 1, null, ErrorCode.InvalidRequest)]
    [InlineData("4", Name, 0, "DEBUG", ErrorCode.InvalidRequest)]
    [InlineData("", Name, 0, "DEBUG", ErrorCode.InvalidRequest)]
    public async Task What_cannot_be_is_refused_and_nothing_of_it_done(
        string resource, string logger, sbyte operation, string? level, ErrorCode expected)
    {
        loggers.CreateLogger(Name);
        loggers.CreateLogger("other");
        Assert.Equal((short)expected, (await AlterAsync(resource, ("other", 0, "ERROR"), (logger, operation, level))).ErrorCode);
        Assert.Equal("INFO", await LevelAsync("other"));
    }

    [Fact]
    public async Task The_older_AlterConfigs_does_not_know_loggers()
    {
        var request = new AlterConfigsRequest
        {
            Resources = [new() { ResourceType = 8, ResourceName = "3", Configs = [new() { Name = Name, Value = "DEBUG" }] }],
        };
        var answer = await AskAsync<AlterConfigsResponse>(new AlterConfigsHandler(alteration, failures), request);
        Assert.Equal((short)ErrorCode.InvalidRequest, answer.Responses[0].ErrorCode);
    }

    static void Write(ILogger logger, LogLevel level, string text) => logger.Log(level, default, text, null, static (state, _) => state);

    async Task<string?> LevelAsync(string logger)
    {
        var request = new DescribeConfigsRequest { Resources = [new() { ResourceType = 8, ResourceName = "3", ConfigurationKeys = null }] };
        var handler = new DescribeConfigsHandler(config, config.BrokerId, new MetadataCache(), null!, loggers, failures);
        var result = (await AskAsync<DescribeConfigsResponse>(handler, request)).Results[0];
        Assert.Equal(0, result.ErrorCode);
        var entry = Assert.Single(result.Configs, entry => entry.Name == logger);
        Assert.Equal((6, false, false), (entry.ConfigSource, entry.ReadOnly, entry.IsSensitive));
        return entry.Value;
    }

    Task<IncrementalAlterConfigsResponse.AlterConfigsResourceResponse> AlterAsync(
        params (string Logger, sbyte Operation, string? Level)[] changes) =>
        AlterAsync("3", changes);

    async Task<IncrementalAlterConfigsResponse.AlterConfigsResourceResponse> AlterAsync(
        string resource, params (string Logger, sbyte Operation, string? Level)[] changes)
    {
        var request = new IncrementalAlterConfigsRequest
        {
            Resources =
            [
                new()
                {
                    ResourceType = 8,
                    ResourceName = resource,
                    Configs = [.. changes.Select(change => new IncrementalAlterConfigsRequest.AlterableConfig
                    {
                        Name = change.Logger,
                        ConfigOperation = change.Operation,
                        Value = change.Level,
                    })],
                },
            ],
        };
        var handler = new IncrementalAlterConfigsHandler(alteration, new LoggerAlteration(config.BrokerId, loggers), failures);
        return (await AskAsync<IncrementalAlterConfigsResponse>(handler, request)).Responses[0];
    }

    static async Task<TResponse> AskAsync<TResponse>(IRequestHandler handler, IKafkaRequest request)
        where TResponse : class, IKafkaResponse
    {
        var context = new RequestContext(handler.MaxVersion, 1, "test", "PLAINTEXT", null);
        return (TResponse)(await handler.HandleAsync(request, context, TestContext.Current.CancellationToken))!;
    }
}
