using Dashboard.Monitoring.Collectors;
using Dashboard.Monitoring.Connections;
using Dashboard.Monitoring.History;
using Dashboard.Monitoring.Model;
using Dashboard.Monitoring.Readings;
using Dashboard.Monitoring.Tests.Support;
using Kafka.Client;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Testing;
using ZooKeeper.Client;
using ZooKeeper.Protocol;

namespace Dashboard.Monitoring.Tests.Collectors;

/// <summary>
/// Registrations as ZooKeeper keeps them. The monitor's time stands still: all that is read after the first time a watch asked for.
/// </summary>
public sealed class RegistrationWatcherTests : IAsyncDisposable
{
    const string Plain =
        """{"version":5,"host":"h1","port":9092,"endpoints":["PLAINTEXT://h1:9092"],"listener_security_protocol_map":"""
        + """{"PLAINTEXT":"PLAINTEXT"},"jmx_port":-1,"timestamp":"1","rack":"r1"}""";

    readonly ScriptedZooKeeper server = new();
    ZooKeeperLink link;
    readonly CancellationTokenSource stopping = new();
    readonly FakeTimeProvider time = new(Build.Start);
    readonly Lock gate = new();
    MonitorState state;
    Task running = Task.CompletedTask;
    int changes;

    public RegistrationWatcherTests()
    {
        link = new ZooKeeperLink(ZooKeeperClientOptions.Parse($"{server.Address}/kafka"), NullLoggerFactory.Instance);
        state = MonitorState.Initial(Options, time.GetUtcNow());
        server.Set("/kafka/brokers/ids/1", Plain);
        server.Set("/kafka/brokers/topics/a");
        server.Set("/kafka/controller", """{"version":2,"brokerid":1,"timestamp":"1"}""", created: 1_700_000_000_000);
        server.Set("/kafka/controller_epoch", "7");
    }

    ClusterMonitorOptions Options { get; set; } = new()
    {
        Id = "t",
        Name = "t",
        Kind = ClusterKind.Remote,
        Kafka = "x:1",
        ZooKeeper = "x:1",
    };

    Section<RegistrationReading> Section => Volatile.Read(ref state).Registration;

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await running;
        await link.DisposeAsync();
        await server.DisposeAsync();
        stopping.Dispose();
    }

    [Fact]
    public async Task Brokers_controller_and_topics_are_read_below_the_chroot()
    {
        var reading = await ReadAsync();
        Assert.Equal([new BrokerAddress(1, "h1", 9092, "r1")], reading.Brokers);
        Assert.Equal(
            (1, 7, DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000)),
            (reading.ControllerId, reading.ControllerEpoch, reading.ControllerSince));
        Assert.Equal(["a"], reading.Topics!);
    }

    [Theory]
    [InlineData("""{"version":1,"host":"old","port":9092,"jmx_port":-1,"timestamp":"1"}""", "old", 9092)]
    [InlineData(
        """{"version":4,"host":null,"port":-1,"endpoints":["TLS://secure:9093"],"listener_security_protocol_map":"""
        + """{"TLS":"SSL"},"timestamp":"1"}""",
        "secure", 9093)]
    [InlineData(
        """{"version":5,"host":"h","port":9092,"endpoints":["TLS://secure:9093","IN://[::1]:9092"],"listener_security_protocol_map":"""
        + """{"TLS":"SSL","IN":"PLAINTEXT"},"timestamp":"1"}""",
        "::1", 9092)]
    [InlineData("not json", "", -1)]
    [InlineData("""{"endpoints":["nonsense"]}""", "", -1)]
    [InlineData("""{"host":7,"port":"x"}""", "", -1)]
    [InlineData("", "", -1)]
    public async Task A_broker_is_registered_whatever_its_znode_says_of_its_listeners(string data, string host, int port)
    {
        server.Set("/kafka/brokers/ids/2", data);
        var reading = await ReadAsync();
        Assert.Equal([1, 2], reading.Brokers.Select(b => b.Id));
        Assert.Equal((host, port), (reading.Brokers[1].Host, reading.Brokers[1].Port));
        Assert.Null(Section.Error);
    }

    [Fact]
    public async Task A_death_is_known_when_the_znode_goes_and_not_at_the_next_poll()
    {
        await ReadAsync();
        server.Set("/kafka/brokers/ids/2", Plain);
        await UntilAsync(r => r.Brokers.Length == 2);
        server.Delete("/kafka/brokers/ids/1");
        server.Delete("/kafka/controller");
        await UntilAsync(r => r.Brokers.Length == 1 && r.ControllerId is null);
        Assert.True(Volatile.Read(ref changes) > 0, "the metadata tier is woken");
    }

    [Fact]
    public async Task A_partitions_state_wakes_the_metadata_tier()
    {
        await ReadAsync();
        var before = Volatile.Read(ref changes);
        server.Set("/kafka/brokers/topics/a/partitions/0/state", """{"leader":1}""");
        await Eventually.TrueAsync(() => Volatile.Read(ref changes) > before, "the change is passed on");
    }

    [Theory]
    [InlineData(ZooKeeperError.Unimplemented)]
    [InlineData(ZooKeeperError.BadArguments)]
    public async Task A_server_before_3_6_is_watched_again_after_each_change(ZooKeeperError refusal)
    {
        server.Refuse = (code, _) => code == OpCode.AddWatch ? refusal : ZooKeeperError.Ok;
        await ReadAsync();
        for (var id = 2; id < 6; id++)
        {
            server.Set($"/kafka/brokers/ids/{id}", Plain);
            await UntilAsync(r => r.Brokers.Length == id);
            var watched = id;
            await Eventually.TrueAsync(
                () => server.Count(OpCode.GetChildren2, "/kafka/brokers/ids") + server.Count(OpCode.GetChildren, "/kafka/brokers/ids")
                    >= (2 * watched) - 1,
                "the watch is set again");
        }
    }

    /// <summary>Kafka that starts for the first time on such a server: what it is watched at is not there yet.</summary>
    [Fact]
    public async Task On_a_server_before_3_6_what_is_not_there_yet_is_watched_for()
    {
        server.Refuse = (code, _) => code == OpCode.AddWatch ? ZooKeeperError.Unimplemented : ZooKeeperError.Ok;
        server.Delete("/kafka/brokers/topics/a");
        server.Delete("/kafka/brokers/topics");
        Assert.Empty((await ReadAsync()).Topics!);
        server.Set("/kafka/brokers/topics");
        await Eventually.TrueAsync(() => server.Count(OpCode.GetChildren2, "/kafka/brokers/topics") >= 3, "its children are watched now");
        server.Set("/kafka/brokers/topics/b");
        await UntilAsync(r => r.Topics!.Contains("b"));
    }

    [Fact]
    public async Task Without_a_controller_there_is_none_and_without_topics_none()
    {
        server.Delete("/kafka/controller");
        server.Delete("/kafka/controller_epoch");
        server.Delete("/kafka/brokers/topics/a");
        server.Delete("/kafka/brokers/topics");
        var reading = await ReadAsync();
        Assert.Equal(
            (null, null, null, 0),
            (reading.ControllerId, reading.ControllerEpoch, reading.ControllerSince, reading.Topics!.Count));
    }

    [Fact]
    public async Task Topics_that_one_may_not_list_are_not_none()
    {
        server.Refuse = (_, path) => path == "/kafka/brokers/topics" ? ZooKeeperError.NoAuth : ZooKeeperError.Ok;
        Assert.Null((await ReadAsync()).Topics);
    }

    [Fact]
    public async Task A_controller_that_cannot_be_read_is_a_failure_and_not_none()
    {
        server.Set("/kafka/controller", """{"broker":"one"}""");
        Run();
        await Eventually.TrueAsync(() => Section.Error is not null, "the failure");
        Assert.Contains("/kafka/controller", Section.Error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_place_where_no_broker_ever_registered_is_no_empty_cluster()
    {
        foreach (var path in new[] { "/kafka/brokers/ids/1", "/kafka/brokers/ids" })
        {
            server.Delete(path);
        }

        Run();
        await Eventually.TrueAsync(() => Section.Error is not null, "the refusal");
        Assert.Null(Section.Value);
        Assert.Equal(("NONODE", SectionErrorKind.Refused), (Section.Error!.Code, Section.Error.Kind));
        Assert.Contains("--zookeeper", Section.Error.Message, StringComparison.Ordinal);
    }

    /// <summary>It is not known to be an ensemble of Kafka's: nothing is wrong with it.</summary>
    [Theory]
    [InlineData("", "/")]
    [InlineData("/app", "/app")]
    public async Task An_ensemble_that_is_watched_alone_may_have_no_Kafka(string chroot, string place)
    {
        await WithoutKafkaAsync(chroot);
        server.Set("/app", "x");
        var reading = await ReadAsync();
        Assert.Null(Section.Error);
        Assert.Equal((place, 0, true), (reading.Absence?.Place, reading.Brokers.Length, reading.Absence?.Elsewhere.IsEmpty));

        server.Set($"{chroot}/brokers/ids/1", Plain);
        await UntilAsync(r => r is { Absence: null, Brokers.Length: 1 });
    }

    [Fact]
    public async Task Where_Kafka_is_in_an_ensemble_is_found_when_the_chroot_is_missing()
    {
        await WithoutKafkaAsync("");
        server.Set("/kafka/brokers/ids/1", Plain);
        Assert.Equal(["/kafka"], (await ReadAsync()).Absence!.Elsewhere);
    }

    [Theory]
    [InlineData(null, "/kafak", "registered at /kafak, but some have at /kafka")]
    [InlineData("x:1", "", "registered at /, but some have at /kafka")]
    [InlineData("x:1", "/app", "registered at /app, but some have at /kafka")]
    public async Task A_wrong_chroot_is_told_and_where_Kafka_is(string? kafka, string chroot, string told)
    {
        await WithoutKafkaAsync(chroot);
        Options = Options with { Kafka = kafka };
        server.Set("/kafka/brokers/ids/1", Plain);
        server.Set("/app", "x");
        Run();
        await Eventually.TrueAsync(() => Section.Error is not null, "the refusal");
        Assert.Contains(told, Section.Error!.Message, StringComparison.Ordinal);
        Assert.Equal("NONODE", Section.Error.Code);
    }

    [Fact]
    public async Task No_broker_of_those_that_registered_is_left()
    {
        server.Delete("/kafka/brokers/ids/1");
        Assert.Empty((await ReadAsync()).Brokers);
        Assert.Null(Section.Error);
    }

    [Fact]
    public async Task Who_may_not_read_the_brokers_is_told_so_and_what_was_known_stays()
    {
        await ReadAsync();
        server.Refuse = (_, path) =>
            path.StartsWith("/kafka/brokers", StringComparison.Ordinal) ? ZooKeeperError.NoAuth : ZooKeeperError.Ok;
        server.Set("/kafka/brokers/ids/2", Plain);
        await Eventually.TrueAsync(() => Section.Error is not null, "the refusal");
        Assert.Equal(("NOAUTH", 1), (Section.Error!.Code, Section.Value!.Brokers.Length));
    }

    /// <summary>Nothing of Kafka's is there, and no address of it is given.</summary>
    async Task WithoutKafkaAsync(string chroot)
    {
        await link.DisposeAsync();
        link = new ZooKeeperLink(ZooKeeperClientOptions.Parse($"{server.Address}{chroot}"), NullLoggerFactory.Instance);
        Options = Options with { Kafka = null };
        string[] below = ["/brokers/ids/1", "/brokers/ids", "/brokers/topics/a", "/brokers/topics", "/brokers", "/controller"];
        Array.ForEach([.. below, "/controller_epoch", ""], path => server.Delete("/kafka" + path));
    }

    async Task<RegistrationReading> ReadAsync()
    {
        Run();
        await Eventually.TrueAsync(() => Section.Value is not null, "registrations are read");
        return Section.Value!;
    }

    Task UntilAsync(Func<RegistrationReading, bool> condition) => Eventually.TrueAsync(
        () => Section.Value is { } reading && condition(reading), "registrations are as they were made");

    void Run()
    {
        var context = new CollectorContext(Options, null, link, new HistoryStore(), time, Post, () => Volatile.Read(ref state).Snapshot);
        running = new RegistrationWatcher(context, link, () => Interlocked.Increment(ref changes)).RunAsync(stopping.Token);
    }

    void Post(Func<MonitorState, MonitorState> change)
    {
        lock (gate)
        {
            Volatile.Write(ref state, change(state));
        }
    }
}
