using System.Text;
using ZooKeeper.Protocol;
using ZooKeeper.Protocol.Messages;

namespace ZooKeeper.Client.Watches;

/// <summary>
/// Makes the setWatches of a client that reconnected: several, since one of more than the server's longest frame would close the
/// connection.
/// </summary>
static class WatchRestore
{
    /// <summary>
    /// Requests whose bodies stay below <paramref name="limit"/> bytes (a single longer path excepted); setWatches2 only where persistent
    /// watches need it.
    /// </summary>
    public static IEnumerable<(OpCode Code, IRecord Body)> Requests(
        WatchRegistry watches, long relativeZxid, int limit = Limits.SetWatchesLength)
    {
        var chunk = new SetWatches2 { RelativeZxid = relativeZxid };
        const int fixedLength = 8 + (5 * 4); // the zxid, and the count of each of five lists
        var length = fixedLength;
        foreach (var kind in Enum.GetValues<WatchKind>())
        {
            foreach (var path in watches.Paths(kind))
            {
                var more = 4 + Encoding.UTF8.GetByteCount(path);
                if (length > fixedLength && length + more >= limit)
                {
                    yield return Finish(chunk);
                    chunk = new SetWatches2 { RelativeZxid = relativeZxid };
                    length = fixedLength;
                }

                List(chunk, kind).Add(path);
                length += more;
            }
        }

        if (length > fixedLength)
        {
            yield return Finish(chunk);
        }
    }

    static List<string> List(SetWatches2 chunk, WatchKind kind) => kind switch
    {
        WatchKind.Data => chunk.DataWatches,
        WatchKind.Exist => chunk.ExistWatches,
        WatchKind.Child => chunk.ChildWatches,
        WatchKind.Persistent => chunk.PersistentWatches,
        _ => chunk.PersistentRecursiveWatches,
    };

    static (OpCode Code, IRecord Body) Finish(SetWatches2 chunk) =>
        chunk.PersistentWatches.Count + chunk.PersistentRecursiveWatches.Count > 0
            ? (OpCode.SetWatches2, chunk)
            : (OpCode.SetWatches, new SetWatches
            {
                RelativeZxid = chunk.RelativeZxid,
                DataWatches = chunk.DataWatches,
                ExistWatches = chunk.ExistWatches,
                ChildWatches = chunk.ChildWatches,
            });
}
