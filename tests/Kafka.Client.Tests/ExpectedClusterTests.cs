using Kafka.Protocol.Messages;
using Microsoft.Extensions.Time.Testing;
using Testing;

namespace Kafka.Client.Tests;

/// <summary>Which cluster a client reads, when brokers of another one listen at its addresses.</summary>
public sealed class ExpectedClusterTests : IAsyncLifetime
{
    readonly List<FakeBroker> brokers = [];
    readonly FakeTimeProvider time = new();
    string? owned;
    ExpectedCluster expected = null!;
    KafkaCluster cluster = null!;

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        for (var id = 0; id < 3; id++)
        {
            brokers.Add(new FakeBroker { NodeId = id });
        }

        expected = new ExpectedCluster(time, () => owned);
        Of("ours", 0, 1, 2);
        cluster = new KafkaCluster([.. brokers.Select(b => ("127.0.0.1", b.Port))], new KafkaClientOptions
        {
            // each call connects anew
            ReconnectBackoff = TimeSpan.Zero,
            MaxReconnectBackoff = TimeSpan.Zero,
            Cluster = expected,
        });
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await cluster.DisposeAsync();
        foreach (var broker in brokers)
        {
            await broker.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_broker_of_another_cluster_is_not_asked_what_this_one_is()
    {
        await cluster.MetadataAsync(null, Token);
        Of("theirs", 2);
        var answers = await cluster.SendToAllAsync(_ => new DescribeLogDirsRequest(), Token);
        Assert.Equal("theirs", (answers[2].Error as KafkaUnreachableException)?.OtherCluster);
        Assert.Contains("id theirs; this one is ours", answers[2].Error!.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(brokers[2].Asked, asked => asked.Body is DescribeLogDirsRequest);
        Assert.Equal(($"127.0.0.1:{brokers[2].Port}", "theirs"), Found());

        Of("ours", 0, 1, 2);
        await Eventually.TrueAsync(
            async () => (await cluster.TrySendAsync(2, new DescribeLogDirsRequest(), Token)).Succeeded, "it is back");
        Assert.Empty(expected.Foreign);
    }

    [Fact]
    public async Task Who_listens_where_a_broker_has_left_the_cluster_is_found()
    {
        await cluster.MetadataAsync(null, Token);
        Of("theirs", 2);
        Of("ours", 0, 1);
        await cluster.MetadataAsync(null, Token);
        Assert.Empty(expected.Foreign);
        await cluster.LookAtTheGoneAsync(Token);
        Assert.Equal(($"127.0.0.1:{brokers[2].Port}", "theirs"), Found());
        await cluster.MetadataAsync(null, Token);
        Assert.Single(expected.Foreign);

        await brokers[2].DisposeAsync();
        await cluster.LookAtTheGoneAsync(Token);
        Assert.Empty(expected.Foreign);
    }

    /// <summary>As it is set up: one broker after the other.</summary>
    [Fact]
    public async Task A_cluster_that_is_set_up_anew_is_read_once_it_has_all_addresses()
    {
        await cluster.MetadataAsync(null, Token);
        Of("anew", 0, 1);
        await brokers[2].DisposeAsync();
        await Assert.ThrowsAsync<KafkaUnreachableException>(ReadAsync);
        Assert.Equal("ours", expected.Id);

        time.Advance(ExpectedCluster.Patience);
        Assert.Equal("anew", (await ReadAsync()).ClusterId);
        Assert.Equal(("anew", 0), (expected.Id, expected.Foreign.Length));

        Of("again", 0, 1);
        await brokers[2].DisposeAsync();
        await Assert.ThrowsAsync<KafkaUnreachableException>(ReadAsync);
    }

    [Fact]
    public async Task At_all_addresses_at_once_another_cluster_is_read_at_once()
    {
        await cluster.MetadataAsync(null, Token);
        Of("anew", 0, 1, 2);
        Assert.Equal("anew", (await ReadAsync()).ClusterId);
        Assert.Equal(("anew", 0), (expected.Id, expected.Foreign.Length));
    }

    /// <summary>One that is hosted here is known by its own storage: whatever listens at its ports.</summary>
    [Fact]
    public async Task A_cluster_that_is_hosted_is_never_another_one()
    {
        owned = "ours";
        Of("theirs", 0, 1, 2);
        await Assert.ThrowsAsync<KafkaUnreachableException>(ReadAsync);
        time.Advance(ExpectedCluster.Patience * 2);
        var refused = await Assert.ThrowsAsync<KafkaUnreachableException>(ReadAsync);
        Assert.Equal(("theirs", 3), (refused.OtherCluster, expected.Foreign.Length));
    }

    Task<MetadataResponse> ReadAsync() => cluster.MetadataAsync(null, Token);

    (string Address, string ClusterId) Found() => Assert.Single(expected.Foreign) is var one ? (one.Address, one.ClusterId) : default;

    /// <summary>These are a cluster from now on: in new processes, which ends what was connected.</summary>
    void Of(string id, params int[] members)
    {
        foreach (var member in members)
        {
            var answer = brokers[member].Metadata([.. members.Select(m => brokers[m])]);
            answer.ClusterId = id;
            brokers[member].Handler = (_, request) => request switch
            {
                MetadataRequest => answer,
                DescribeLogDirsRequest => new DescribeLogDirsResponse(),
                _ => null,
            };
        }

        cluster?.Abort("restarted");
    }
}
