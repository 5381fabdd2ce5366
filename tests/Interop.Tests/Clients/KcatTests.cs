using Interop.Tests.Support;
using Kafka.Protocol.Records;
using Testing;

namespace Interop.Tests.Clients;

/// <summary>kcat over Debian's librdkafka 2.0.</summary>
public sealed class KcatTests(SharedCluster shared)
{
    [Fact]
    public async Task Lists_brokers_and_topics()
    {
        var cluster = await ClusterAsync();
        await ProduceAsync(cluster, "kcat-list", ["one"]);
        var listed = await RunAsync(cluster, "-L");
        Assert.Contains("3 brokers:", listed);
        Assert.Contains("topic \"kcat-list\" with 3 partitions:", listed);
        Assert.All(cluster.Bootstrap.Split(','), address => Assert.Contains($"at {address}", listed));
        Assert.Contains("(controller)", listed);
    }

    [Theory]
    [InlineData(CompressionType.Gzip)]
    [InlineData(CompressionType.Snappy)]
    [InlineData(CompressionType.Lz4)]
    [InlineData(CompressionType.Zstd)]
    public async Task A_compressed_batch_is_kept_as_it_came(CompressionType codec)
    {
        var cluster = await ClusterAsync();
        var name = codec.ToString().ToLowerInvariant();
        var topic = $"kcat-{name}";
        var lines = Enumerable.Range(0, 500).Select(i => $"a line that is much like the others {i}").ToList();
        // one batch of all: a batch of one line, which no codec makes smaller, would be sent as it is
        await ProduceAsync(
            cluster, topic, lines, "-p", "0", "-z", name, "-X", "linger.ms=20000", "-X", $"batch.num.messages={lines.Count}");
        Assert.Equal(lines, Lines(await RunAsync(cluster, "-C", "-t", topic, "-p", "0", "-e", "-q")));
        Assert.All(await cluster.BatchesAsync(topic), batch =>
        {
            Assert.Equal(codec, batch.Compression);
            Assert.True(batch.IsValid);
        });
    }

    [Fact]
    public async Task Keys_headers_and_partitions_come_back()
    {
        var cluster = await ClusterAsync();
        await ProduceAsync(cluster, "kcat-keys", ["k1:v1", "k2:v2"], "-p", "2", "-K:", "-H", "source=test");
        var read = await RunAsync(cluster, "-C", "-t", "kcat-keys", "-p", "2", "-e", "-q", "-f", "%p %o %k %s %h\n");
        Assert.Equal(["2 0 k1 v1 source=test", "2 1 k2 v2 source=test"], Lines(read));
        Assert.Equal(["kcat-keys [2] offset 2"], Lines(await RunAsync(cluster, "-Q", "-t", "kcat-keys:2:-1")));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("1")]
    [InlineData("all")]
    public async Task Every_kind_of_acknowledgement_is_given(string acks)
    {
        var cluster = await ClusterAsync();
        var topic = $"kcat-acks-{acks}";
        await ProduceAsync(cluster, topic, ["first"], "-p", "0", "-X", "acks=all");
        await ProduceAsync(cluster, topic, ["a", "b", "c"], "-p", "0", "-X", $"acks={acks}");
        Assert.Equal(["first", "a", "b", "c"], Lines(await RunAsync(cluster, "-C", "-t", topic, "-p", "0", "-q", "-c", "4")));
    }

    [Fact]
    public async Task An_idempotent_producer_has_an_id_and_sequences()
    {
        var cluster = await ClusterAsync();
        var lines = Enumerable.Range(0, 300).Select(i => $"{i}");
        await ProduceAsync(
            cluster, "kcat-idempotent", lines, "-p", "1", "-X", "enable.idempotence=true", "-X", "batch.num.messages=20");
        var batches = await cluster.BatchesAsync("kcat-idempotent", 1);
        Assert.True(batches[0].ProducerId >= 0);
        Assert.All(batches, batch => Assert.Equal((batches[0].ProducerId, (int)batch.BaseOffset), (batch.ProducerId, batch.BaseSequence)));
        Assert.Equal(300, batches[^1].NextOffset);
    }

    [Fact]
    public async Task A_member_that_comes_back_goes_on_where_its_group_committed()
    {
        var cluster = await ClusterAsync();
        string[] asMember = ["-G", "kcat-group", "-q", "-X", "auto.offset.reset=earliest", "kcat-grouped"];
        await ProduceAsync(cluster, "kcat-grouped", Enumerable.Range(0, 30).Select(i => $"first {i}"));
        var first = Lines(await RunAsync(cluster, ["-c", "30", .. asMember]));
        Assert.Equal(Enumerable.Range(0, 30).Select(i => $"first {i}").Order(), first.Order());

        await ProduceAsync(cluster, "kcat-grouped", Enumerable.Range(0, 12).Select(i => $"second {i}"));
        var second = Lines(await RunAsync(cluster, ["-c", "12", .. asMember]));
        Assert.Equal(Enumerable.Range(0, 12).Select(i => $"second {i}").Order(), second.Order());
    }

    async Task<HostedCluster> ClusterAsync()
    {
        External.RequireProgram("kcat");
        return await shared.GetAsync();
    }

    static async Task ProduceAsync(HostedCluster cluster, string topic, IEnumerable<string> lines, params string[] arguments) =>
        await RunAsync(cluster, ["-P", "-t", topic, .. arguments], string.Concat(lines.Select(line => line + "\n")));

    static Task<string> RunAsync(HostedCluster cluster, params string[] arguments) => RunAsync(cluster, arguments, null);

    static async Task<string> RunAsync(HostedCluster cluster, string[] arguments, string? input)
    {
        var result = await External.RunAsync("kcat", ["-b", cluster.Bootstrap, .. arguments], input);
        Assert.True(
            result.ExitCode == 0 && !result.Error.Contains("ERROR", StringComparison.Ordinal),
            $"kcat {string.Join(' ', arguments)}: {result}\n{cluster.LogTail()}");
        return result.Output;
    }

    static string[] Lines(string output) => output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
