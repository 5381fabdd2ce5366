using System.Globalization;
using System.Text;
using ZooKeeper.Protocol;
using ZooKeeper.Protocol.Messages;
using ZooKeeper.Server.Tests.Support;

namespace ZooKeeper.Server.Tests.Interop;

/// <summary>
/// Answers of a server in lines that do not depend on ports, session ids, clocks or on the order of children: two servers that behave alike
/// give the same lines.
/// </summary>
abstract class ComparedReport
{
    protected List<string> Lines { get; } = [];

    /// <summary>A number for each session, by its id.</summary>
    protected Dictionary<long, int> Sessions { get; } = [];

    /// <summary>What came up to a ping: two events of one transaction may come in either order.</summary>
    protected async Task Events(RawClient client, string after)
    {
        await client.PingAsync();
        var all = client.Events.Zip(client.EventZxids, (e, zxid) => $"{e.Type} {e.Path} zxid {zxid}").ToList();
        client.Events.Clear();
        client.EventZxids.Clear();
        Say($"events after {after}", string.Join(", ", all.Order(StringComparer.Ordinal)));
    }

    protected async Task Stat(RawClient client, string path) =>
        Say($"stat {path}", await client.ExistsAsync(path), ExistsResponse.Read, r => Text(r.Stat));

    protected void Say(string what, string answer) => Lines.Add($"{what}: {answer}");

    protected void Say(string what, Reply reply)
    {
        var body = reply.Error == ZooKeeperError.Ok ? $"{reply.Body.Length} bytes" : $"body {reply.Body.Length}";
        Say(what, $"{reply.Error}, {body}, zxid {reply.Zxid}");
    }

    protected void Say<T>(string what, Reply reply, RecordReader<T> read, Func<T, string> text) =>
        Say(what, reply.Error == ZooKeeperError.Ok ? text(reply.Read(read)) : $"{reply.Error}, body {reply.Body.Length}");

    protected string Created(Create2Response response) => $"{response.Path} {Text(response.Stat)}";

    protected string Children(GetChildren2Response response) => $"{string.Join(' ', response.Children.Order())} {Text(response.Stat)}";

    protected string Text(Stat s)
    {
        var owner = s.EphemeralOwner == 0 ? "0"
            : Sessions.TryGetValue(s.EphemeralOwner, out var number) ? $"session {number}"
            : s.EphemeralOwner.ToString("x", CultureInfo.InvariantCulture);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"[czxid {s.Czxid} mzxid {s.Mzxid} pzxid {s.Pzxid}");
        text.Append(CultureInfo.InvariantCulture, $" version {s.Version} cversion {s.Cversion} aversion {s.Aversion} owner {owner}");
        text.Append(CultureInfo.InvariantCulture, $" length {s.DataLength} children {s.NumChildren}");
        text.Append(CultureInfo.InvariantCulture, $" ctime {(s.Ctime == 0 ? "0" : "set")} modified {s.Mtime >= s.Ctime}]");
        return text.ToString();
    }

    protected static string Acl(List<ACL> acl) => string.Join(' ', acl.Select(a => $"{a.Perms}:{a.Id.Scheme}:{a.Id.Value}"));
}
