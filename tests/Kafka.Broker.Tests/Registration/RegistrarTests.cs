using Kafka.Broker.Producers;
using Kafka.Broker.Registration;
using Kafka.Broker.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Testing;
using Wire;

namespace Kafka.Broker.Tests.Registration;

public sealed class RegistrarTests
{
    readonly FakeEnsemble ensemble = new();

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_broker_waits_for_the_session_of_its_killed_predecessor()
    {
        var killed = ensemble.Connect();
        await Registrar.EnsurePathsAsync(killed, Token);
        var registrar = new Registrar(TimeProvider.System, NullLogger<Registrar>.Instance);
        var first = await registrar.RegisterAsync(killed, Node(1), 0, TimeSpan.FromSeconds(30), Token);
        var next = registrar.RegisterAsync(ensemble.Connect(), Node(1), 0, TimeSpan.FromSeconds(30), Token);
        Assert.False(next.IsCompleted);
        killed.Expire();
        Assert.True(await next > first);
    }

    [Fact]
    public async Task An_id_that_a_living_broker_has_is_refused()
    {
        var living = ensemble.Connect();
        await Registrar.EnsurePathsAsync(living, Token);
        var registrar = new Registrar(TimeProvider.System, NullLogger<Registrar>.Instance);
        await registrar.RegisterAsync(living, Node(1), 0, TimeSpan.FromSeconds(30), Token);
        var refusal = await Assert.ThrowsAsync<BrokerRegistrationException>(
            () => registrar.RegisterAsync(ensemble.Connect(), Node(1), 0, TimeSpan.FromMilliseconds(50), Token));
        Assert.Contains("broker.id", refusal.Message);
    }

    [Fact]
    public async Task An_expired_broker_registers_anew_with_a_later_epoch()
    {
        FakeSession? current = null;
        await using var session = new BrokerSession(
            _ => current = ensemble.Connect(), "", () => Node(1), TimeProvider.System, new PauseGate(), NullLoggerFactory.Instance);
        var steps = new List<string>();
        session.Expired = () =>
        {
            steps.Add("expired");
            return Task.CompletedTask;
        };
        session.Renewed = () =>
        {
            steps.Add("renewed");
            return Task.CompletedTask;
        };
        await session.StartAsync(Token);
        await session.RegisterAsync(Token);
        var epoch = session.BrokerEpoch;
        current!.Expire();
        await Eventually.TrueAsync(() => steps.Count == 2, "the session is renewed");
        Assert.Equal(["expired", "renewed"], steps);
        Assert.True(session.BrokerEpoch > epoch);
        Assert.NotNull(ensemble.Text("/brokers/ids/1"));
    }

    [Fact]
    public async Task The_cluster_id_is_made_once()
    {
        var one = ensemble.Connect();
        var id = await Registrar.ClusterIdAsync(one, Token);
        Assert.Equal(22, id.Length);
        Assert.Equal(id, await Registrar.ClusterIdAsync(ensemble.Connect(), Token));
    }

    [Fact]
    public async Task Generated_ids_begin_above_the_reserved_ones()
    {
        var session = ensemble.Connect();
        Assert.Equal(1001, await Registrar.GenerateBrokerIdAsync(session, 1000, Token));
        Assert.Equal(1002, await Registrar.GenerateBrokerIdAsync(session, 1000, Token));
    }

    [Fact]
    public async Task Blocks_of_producer_ids_do_not_overlap()
    {
        var session = ensemble.Connect();
        await Registrar.EnsurePathsAsync(session, Token);
        var blocks = await Task.WhenAll(Enumerable.Range(0, 8).Select(id => new ProducerIdBlocks(() => session, id).NextAsync(Token)));
        Assert.Equal(Enumerable.Range(0, 8).Select(i => i * 1000L), blocks.Select(block => block.First).Order());
    }

    static BrokerZNode Node(int id) => new(id, [new BrokerEndpoint("PLAINTEXT", "PLAINTEXT", "h", 9092)], null, 1);
}
