using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Channels;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Model;

namespace Dashboard.Tests.Fakes;

/// <summary>A tree in memory, watched.</summary>
public sealed class FakeZnodes(TimeProvider time) : IZnodeBrowser
{
    readonly SortedDictionary<string, ZnodeView> nodes = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<Channel<string>, bool> watchers = new();
    readonly Lock gate = new();
    long zxid = 0x900000400;

    public string Chroot => "/kafka";

    public int Watched => watchers.Count;

    public void Put(string path, string data, bool ephemeral = false, ZnodeMeaning? meaning = null)
    {
        lock (gate)
        {
            var parent = path.LastIndexOf('/') is > 0 and var slash ? path[..slash] : "/";
            if (path != "/" && !nodes.ContainsKey(parent))
            {
                Put(parent, "");
            }
            var now = time.GetUtcNow();
            zxid++;
            nodes.TryGetValue(path, out var old);
            var bytes = Encoding.UTF8.GetBytes(data);
            var stat = new ZnodeStat(
                old?.Stat.Czxid ?? zxid, zxid, old?.Stat.Ctime ?? now, now,
                (old?.Stat.Version ?? -1) + 1, old?.Stat.Cversion ?? 0, 0,
                ephemeral ? 0x30000a1c5d20004 : 0, bytes.Length, old?.Children.Count ?? 0, old?.Stat.Pzxid ?? zxid);
            nodes[path] = new(
                path, [.. bytes], stat, [new("world", "anyone", "cdrwa")], old?.Children ?? ChildNames.None, true, meaning ?? old?.Meaning);
            if (old is null && path != "/")
            {
                var p = nodes[parent];
                var children = ChildNames.Of(p.Children.All().Append(path[(path.LastIndexOf('/') + 1)..]));
                var grown = p.Stat with { NumChildren = children.Count, Cversion = p.Stat.Cversion + 1, Pzxid = zxid };
                nodes[parent] = p with { Children = children, Stat = grown };
                Changed(parent);
            }
            Changed(path);
        }
    }

    public Task<ZnodeView> ReadAsync(string path, CancellationToken cancellation, bool withChildren = true)
    {
        lock (gate)
        {
            return nodes.TryGetValue(path, out var node)
                ? Task.FromResult(node)
                : Task.FromException<ZnodeView>(
                    new ZnodeException(ZooKeeper.Protocol.ZooKeeperError.NoNode, $"There is no znode at {path}"));
        }
    }

    public Task<ZnodeStat?> StatAsync(string path, CancellationToken cancellation)
    {
        lock (gate)
        {
            return Task.FromResult(nodes.GetValueOrDefault(path)?.Stat);
        }
    }

    public async IAsyncEnumerable<Section<ZnodeView>> WatchAsync(
        string path, [EnumeratorCancellation] CancellationToken cancellation, bool withChildren = true)
    {
        var channel = Channel.CreateUnbounded<string>();
        watchers[channel] = true;
        try
        {
            channel.Writer.TryWrite(path);
            await foreach (var changed in channel.Reader.ReadAllAsync(cancellation))
            {
                if (changed == path)
                {
                    Section<ZnodeView> section;
                    lock (gate)
                    {
                        section = nodes.TryGetValue(path, out var node)
                            ? new(node, null, time.GetUtcNow())
                            : new(
                                null,
                                new(SectionErrorKind.Refused, "zk1", "NONODE", $"There is no znode at {path}", time.GetUtcNow()),
                                null);
                    }
                    yield return section;
                }
            }
        }
        finally
        {
            watchers.TryRemove(channel, out _);
        }
    }

    void Changed(string path)
    {
        foreach (var watcher in watchers.Keys)
        {
            watcher.Writer.TryWrite(path);
        }
    }

    /// <summary>Kafka's tree, as far as a test looks at it.</summary>
    public FakeZnodes WithKafka()
    {
        Put("/", "");
        Put("/zookeeper/quota", "");
        Put("/zookeeper/config", "server.1=127.0.0.1:2888:3888:participant;127.0.0.1:2181");
        string[] empty =
        [
            "admin/delete_topics", "brokers/seqid", "config/topics", "consumers", "isr_change_notification", "log_dir_event_notification",
        ];
        foreach (var path in empty)
        {
            Put($"/kafka/{path}", "");
        }
        Put("/kafka/controller_epoch", "14");
        Put(
            "/kafka/controller",
            """{"version":2,"brokerid":0,"timestamp":"1795240000000","kraftControllerEpoch":-1}""",
            true,
            new("Controller", ["0"], "brokers/0"));
        Put("/kafka/cluster/id", """{"version":"1","id":"Qk3xA0vTRCy4dN9m"}""");
        for (var b = 0; b < 3; b++)
        {
            var port = 9092 + b;
            var registration =
                $$"""{"listener_security_protocol_map":{"PLAINTEXT":"PLAINTEXT"},"endpoints":["PLAINTEXT://127.0.0.1:{{port}}"]"""
                + $$""","jmx_port":-1,"port":{{port}},"host":"127.0.0.1","version":5}""";
            Put($"/kafka/brokers/ids/{b}", registration, true, new("Broker", [$"{b}", $"127.0.0.1:{port}"], $"brokers/{b}"));
        }
        foreach (var topic in (string[])["clicks", "orders", "payments"])
        {
            for (var p = 0; p < 6; p++)
            {
                var (leader, follower) = (p % 3, (p + 1) % 3);
                Put(
                    $"/kafka/brokers/topics/{topic}/partitions/{p}/state",
                    $$"""{"controller_epoch":14,"leader":{{leader}},"version":1,"leader_epoch":7,"isr":[{{leader}},{{follower}}]}""",
                    false,
                    new("PartitionState", [$"{p}", topic, $"{leader}", $"{leader}, {follower}", "7"], $"topics/{topic}#p{p}"));
            }
        }
        return this;
    }
}

/// <summary>Single records, as a test wants them.</summary>
public sealed class FakeMessages : IMessageReader
{
    public Func<long, MessageView?> Whole { get; set; } = _ => null;

    public Task<MessageView?> ReadOneAsync(string topic, int partition, long offset, Actor actor, CancellationToken cancellation) =>
        Task.FromResult(Whole(offset));

    /// <param name="length">Of the whole value, of which these may be the first bytes.</param>
    public static MessageView Message(int partition, long offset, string value, long timestamp, int? length = null)
    {
        var bytes = Encoding.UTF8.GetBytes(value);
        ImmutableArray<byte> key = [.. Encoding.UTF8.GetBytes($"key-{offset}")];
        return new MessageView(partition, offset, timestamp, false, key, [.. bytes], 9, length ?? bytes.Length, []);
    }
}
