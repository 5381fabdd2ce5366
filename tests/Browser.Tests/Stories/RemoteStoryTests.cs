using Microsoft.Playwright;
using Testing;
using Testing.Security;

namespace Browser.Tests.Stories;

/// <summary>On Apache's own clusters, whose brokers are killed and started behind the dashboard's back.</summary>
public sealed class RemoteStoryTests(Chromium chromium) : StoryTest(chromium)
{
    RunningDashboard program = null!;
    Func<int, Task> kill = null!, start = null!;

    protected override RunningDashboard Program => program;

    protected override string Id => "remote";

    protected override Task KillAsync(int broker) => kill(broker);

    protected override Task StartAsync(int broker) => start(broker);

    [Fact]
    public async Task A_newcomer_meets_Kafka_4_in_KRaft_mode()
    {
        await using var cluster = await ApacheCluster.StartAsync(ApacheKind.KRaft, 3, 3);
        (kill, start) = (broker => cluster.KillAsync($"kafka{broker}"), broker => cluster.RestartAsync($"kafka{broker}"));
        await OpensAsync("--kafka", cluster.Bootstrap);
        await NavigateAsync("Quorum");
        await Expect(Page.GetByText("broker 0").First).ToBeVisibleAsync();
        await LivesOnAsync();
        await DeletesAsync();
    }

    [Fact]
    public async Task A_newcomer_meets_a_secured_cluster_with_ZooKeeper()
    {
        await using var cluster = await SecuredZooKeeperMode.StartAsync();
        (kill, start) = (cluster.KillAsync, cluster.LaunchAsync);
        await OpensAsync(
            "--kafka", cluster.Bootstrap, "--kafka-config", cluster.ClientProperties,
            "--zookeeper", cluster.ZooKeeper, "--zookeeper-config", cluster.ZooKeeperProperties);
        await NavigateAsync("Znodes");
        await Expect(Page.GetByRole(AriaRole.Treeitem, new() { Name = "brokers" }).First).ToBeVisibleAsync();
        await LivesOnAsync();
        await DeletesAsync();
    }

    async Task OpensAsync(params string[] cluster)
    {
        program = await LaunchAsync(["--no-local", .. cluster]);
        await new Rest(program, Id).EventuallyAsync("", c => c["brokersUp"]?.GetValue<int>() == 3, "three brokers are up");
        await LoadAsync(() => Page.GotoAsync(program.Address.ToString()));
    }
}
