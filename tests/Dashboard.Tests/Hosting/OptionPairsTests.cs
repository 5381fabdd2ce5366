using Dashboard.Hosting;
using Dashboard.Nodes.Exchanges;
using Microsoft.Extensions.Configuration;
using Testing;

namespace Dashboard.Tests.Hosting;

/// <summary>An option that another one takes the effect of is refused, not ignored.</summary>
public sealed class OptionPairsTests : IDisposable
{
    readonly TempDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Theory]
    [InlineData("--coordinators is for the hosted cluster", "Local=false", "Coordinators=1")]
    [InlineData("--brokers is for the hosted cluster", "Local=false", "Brokers=1")]
    [InlineData("--broker-config is for the hosted cluster", "Local=false", "BrokerConfig:num.partitions=4")]
    [InlineData("--coordinator-config is for the hosted cluster", "Local=false", "CoordinatorConfig:tickTime=1000")]
    [InlineData("--kafka-heap is for Apache's processes", "KafkaHeap=512m")]
    [InlineData("--zookeeper-heap is for Apache's processes", "Engine=embedded", "ZooKeeperHeap=128m")]
    [InlineData("--mode is for Apache's processes", "Mode=kraft")]
    public void It_is_named_with_what_it_is_for(string words, params string[] settings) =>
        Assert.StartsWith(words, Read(settings).Problem(), StringComparison.Ordinal);

    [Fact]
    public void What_is_for_ZooKeeper_mode_is_known_where_the_mode_is()
    {
        string[] apache = ["Engine=apache", "KafkaHome=/opt/kafka"];
        Assert.Empty(ApacheSettings.Of(Read(apache))!.ForZooKeeperMode);
        Assert.Equal(
            ["--coordinators", "--zookeeper-heap"],
            ApacheSettings.Of(Read([.. apache, "Coordinators=3", "ZooKeeperHeap=128m"]))!.ForZooKeeperMode);
    }

    [Fact]
    public void Coordinators_are_none_of_a_KRaft_cluster_that_was_chosen_on_the_page()
    {
        File.WriteAllText(directory[KeptChoice.FileName], """
            {
              "engine": "Apache", "mode": "KRaft", "kafkaHome": "/opt/kafka", "coordinators": 3, "controllers": 1, "combined": true,
              "brokers": 2, "kafkaHeap": "512m", "zooKeeperHeap": "128m"
            }
            """);
        Assert.Null(Read().Problem());
        Assert.StartsWith("--coordinators is for ZooKeeper mode", Read("Coordinators=1").Problem(), StringComparison.Ordinal);
    }

    CastellanOptions Read(params string[] settings) => CastellanOptions.Read(new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(s => s.Split('=', 2)).Append(["Data", directory.Path])
            .Select(s => KeyValuePair.Create($"{CastellanOptions.Section}:{s[0]}", (string?)s[1])))
        .Build());
}
