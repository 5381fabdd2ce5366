using Dashboard.Nodes.Apache;

namespace Dashboard.Nodes.Tests.Apache;

public sealed class ApacheChoiceTests : IDisposable
{
    readonly FakeDistributions homes = new();

    public void Dispose() => homes.Dispose();

    [Fact]
    public void The_mode_is_what_the_distributions_can_do_ZooKeeper_first()
    {
        Assert.Equal((HostedMode.ZooKeeper, "3.9.5"), Chosen(Of(homes.Kafka3, homes.ZooKeeper)));
        Assert.Equal((HostedMode.ZooKeeper, "3.9.5"), Chosen(Of(homes.Kafka3WithZooKeeper, homes.ZooKeeper)));
        Assert.Equal((HostedMode.ZooKeeper, "3.8.4"), Chosen(Of(homes.Kafka3WithZooKeeper)));
        Assert.Equal((HostedMode.KRaft, null), Chosen(Of(homes.Kafka3)));
        Assert.Equal((HostedMode.KRaft, null), Chosen(Of(homes.Kafka4)));
        Assert.Equal((HostedMode.KRaft, null), Chosen(Of(homes.Kafka3WithZooKeeper) with { Mode = HostedMode.KRaft }));
        Assert.Equal(HostedMode.KRaft, ApacheChoice.Of(Of(homes.Kafka3WithZooKeeper), HostedMode.KRaft).Mode);
    }

    [Fact]
    public void Confluents_platform_has_the_Kafka_that_its_release_is_made_of()
    {
        var choice = ApacheChoice.Of(Of(homes.Confluent), null);
        Assert.Equal(("Kafka 3.6.1", "ZooKeeper 3.6.3"), ($"{choice.Kafka}", $"{choice.ZooKeeper}"));
    }

    [Fact]
    public void What_does_not_go_together_says_what_to_do()
    {
        Refused("Kafka 4.3.0 has no ZooKeeper mode", Of(homes.Kafka4) with { Mode = HostedMode.ZooKeeper });
        Refused("The data was written in ZooKeeper mode. Give the directory of a Kafka 3", Of(homes.Kafka4), HostedMode.ZooKeeper);
        Refused("--zookeeper-home is for ZooKeeper mode, which Kafka 4.3.0 has not", Of(homes.Kafka4, homes.ZooKeeper));
        Refused(
            "--zookeeper-home is for ZooKeeper mode, and this cluster is in KRaft mode",
            Of(homes.Kafka3, homes.ZooKeeper) with { Mode = HostedMode.KRaft });
        Refused("--zookeeper-home is for ZooKeeper mode", Of(homes.Kafka3, homes.ZooKeeper), HostedMode.KRaft);
        Refused("--coordinators is for ZooKeeper mode", Of(homes.Kafka4) with { ForZooKeeperMode = ["--coordinators"] });
        Refused("give its directory with --zookeeper-home DIR", Of(homes.Kafka3) with { Mode = HostedMode.ZooKeeper });
        Refused("--controllers and --combined are for --mode kraft", Of(homes.Kafka3, homes.ZooKeeper) with { Combined = true });
        Refused("came with Kafka 3.3. Take --mode zookeeper", Of(homes.Kafka2) with { Mode = HostedMode.KRaft });
    }

    [Fact]
    public void A_wrong_home_is_told_with_what_was_looked_for()
    {
        Refused("--kafka-home /nowhere: there is no such directory", Of("/nowhere"));
        Refused("which has libs/kafka_2.13-VERSION.jar", Of(homes.ZooKeeper));
        Refused("which has lib/zookeeper-VERSION.jar", Of(homes.Kafka3, homes.Kafka4));
    }

    static ApacheOptions Of(string kafka, string? zooKeeper = null) => new() { KafkaHome = kafka, ZooKeeperHome = zooKeeper, Launch = [] };

    static (HostedMode Mode, string? ZooKeeper) Chosen(ApacheOptions options)
    {
        var choice = ApacheChoice.Of(options, null);
        return (choice.Mode, choice.ZooKeeper?.Version.ToString());
    }

    static void Refused(string words, ApacheOptions options, HostedMode? kept = null)
    {
        var refusal = Assert.Throws<HostingException>(() => ApacheChoice.Of(options, kept));
        Assert.Contains(words, refusal.Message, StringComparison.Ordinal);
    }
}
