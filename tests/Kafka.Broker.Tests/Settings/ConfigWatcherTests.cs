using Kafka.Broker.Configs;
using Kafka.Broker.Registration;
using Kafka.Broker.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Testing;
using Wire;

namespace Kafka.Broker.Tests.Settings;

public sealed class ConfigWatcherTests : IConfigListener
{
    readonly FakeEnsemble ensemble = new();
    readonly List<string> heard = [];

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Changes_of_topics_and_of_this_broker_are_heard_in_order()
    {
        var session = ensemble.Connect();
        await Registrar.EnsurePathsAsync(session, Token);
        var store = new ConfigStore(() => session);
        await store.SetTopicAsync("before", new Dictionary<string, string>(), Token);
        await using var watcher = new ConfigWatcher(
            () => session, 1, this, TimeProvider.System, new PauseGate(), NullLoggerFactory.Instance);
        await watcher.StartAsync(Token);
        await store.SetTopicAsync("orders", new Dictionary<string, string> { ["retention.ms"] = "5" }, Token);
        await store.SetBrokerAsync(2, new Dictionary<string, string>(), Token);
        await store.SetBrokerAsync(1, new Dictionary<string, string>(), Token);
        await store.SetBrokerAsync(null, new Dictionary<string, string>(), Token);

        await Eventually.TrueAsync(() => heard.Count == 3, "three changes are heard");
        Assert.Equal(["orders", "broker", "broker"], heard);
        Assert.Equal("5", (await store.GetTopicOverridesAsync("orders", Token))["retention.ms"]);
        Assert.Equal("""{"version":2,"entity_path":"topics/orders"}""", ensemble.Text("/config/changes/config_change_0000000001"));
    }

    Task IConfigListener.TopicChangedAsync(string topic, CancellationToken cancellationToken)
    {
        heard.Add(topic);
        return Task.CompletedTask;
    }

    Task IConfigListener.BrokerChangedAsync(CancellationToken cancellationToken)
    {
        heard.Add("broker");
        return Task.CompletedTask;
    }
}
