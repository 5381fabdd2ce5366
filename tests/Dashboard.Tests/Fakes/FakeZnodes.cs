using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Channels;
using Dashboard.Monitoring;
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
            nodes[path] = new(path, [.. bytes], new(old?.Stat.Czxid ?? zxid, zxid, old?.Stat.Ctime ?? now, now, (old?.Stat.Version ?? -1) + 1, old?.Stat.Cversion ?? 0, 0, ephemeral ? 0x30000a1c5d20004 : 0, bytes.Length, old?.Children.Length ?? 0, old?.Stat.Pzxid ?? zxid), [new("world", "anyone", "cdrwa")], old?.Children ?? [], true, meaning ?? old?.Meaning);
            if (old is null && path != "/")
            {
                var p = nodes[parent];
                var children = p.Children.Add(path[(path.LastIndexOf('/') + 1)..]).Sort(StringComparer.Ordinal);
                nodes[parent] = p with { Children = children, Stat = p.Stat with { NumChildren = children.Length, Cversion = p.Stat.Cversion + 1, Pzxid = zxid } };
                Changed(parent);
            }
            Changed(path);
        }
    }

    public Task<ZnodeView> ReadAsync(string path, CancellationToken cancellation)
    {
        lock (gate)
        {
            return nodes.TryGetValue(path, out var node) ? Task.FromResult(node) : Task.FromException<ZnodeView>(new ZnodeException("NONODE", $"There is no znode at {path}"));
        }
    }

    public async IAsyncEnumerable<Section<ZnodeView>> WatchAsync(string path, [EnumeratorCancellation] CancellationToken cancellation)
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
                            : new(null, new(SectionErrorKind.Refused, "zk1", "NONODE", $"There is no znode at {path}", time.GetUtcNow()), null);
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
        foreach (var path in (string[])["admin/delete_topics", "brokers/seqid", "config/topics", "consumers", "isr_change_notification", "log_dir_event_notification"])
        {
            Put($"/kafka/{path}", "");
        }
        Put("/kafka/controller_epoch", "14");
        Put("/kafka/controller", """{"version":2,"brokerid":0,"timestamp":"1795240000000","kraftControllerEpoch":-1}""", true, new("Controller", ["0"], "brokers/0"));
        Put("/kafka/cluster/id", """{"version":"1","id":"Qk3xA0vTRCy4dN9m"}""");
        for (var b = 0; b < 3; b++)
        {
            Put($"/kafka/brokers/ids/{b}", $$"""{"listener_security_protocol_map":{"PLAINTEXT":"PLAINTEXT"},"endpoints":["PLAINTEXT://127.0.0.1:{{9092 + b}}"],"jmx_port":-1,"port":{{9092 + b}},"host":"127.0.0.1","version":5}""", true, new("Broker", [$"{b}", $"127.0.0.1:{9092 + b}"], $"brokers/{b}"));
        }
        foreach (var topic in (string[])["clicks", "orders", "payments"])
        {
            for (var p = 0; p < 6; p++)
            {
                Put($"/kafka/brokers/topics/{topic}/partitions/{p}/state", $$"""{"controller_epoch":14,"leader":{{p % 3}},"version":1,"leader_epoch":7,"isr":[{{p % 3}},{{(p + 1) % 3}}]}""", false, new("PartitionState", [$"{p}", topic, $"{p % 3}", $"{p % 3}, {(p + 1) % 3}", "7"], $"topics/{topic}#p{p}"));
            }
        }
        return this;
    }
}

public sealed class FakeMessages(TimeProvider time) : IMessageReader
{
    public Task<MessagePage> ReadLastAsync(string topic, int? partition, int limit, CancellationToken cancellation) => Task.FromResult(new MessagePage(
        [.. Enumerable.Range(0, limit).Select(i => new MessageView(partition ?? i % 6, 21_841_022 - i, time.GetUtcNow().AddMilliseconds(-i * 7), [.. Encoding.UTF8.GetBytes($"ord-{88120 - i}")], [.. Encoding.UTF8.GetBytes($$"""{"id":{{88120 - i}},"customer":5512,"total":"48.90","currency":"EUR","note":"<b>"}""")], 9, 71, []))],
        partition is null ? [3] : [], time.GetUtcNow()));
}
