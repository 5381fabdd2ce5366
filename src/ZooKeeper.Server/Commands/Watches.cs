using System.Globalization;
using System.Text;
using ZooKeeper.Server.Tree;

namespace ZooKeeper.Server.Commands;

/// <summary>wchs, wchc and wchp. Watches on data and existence only, as with Apache: those on children are not in them.</summary>
static class Watches
{
    public static (int Connections, int Paths, int Total) Count(DataTree tree) =>
        (tree.DataWatches.ByWatcher.Count, tree.DataWatches.Paths, tree.DataWatches.Count);

    public static string Summary(DataTree tree)
    {
        var (connections, paths, total) = Count(tree);
        return string.Create(CultureInfo.InvariantCulture, $"{connections} connections watching {paths} paths\nTotal watches:{total}\n");
    }

    public static string ByConnection(DataTree tree)
    {
        var text = new StringBuilder();
        foreach (var (watcher, paths) in tree.DataWatches.ByWatcher)
        {
            text.Append(CultureInfo.InvariantCulture, $"0x{watcher.SessionId:x}\n");
            foreach (var path in paths)
            {
                text.Append('\t').Append(path).Append('\n');
            }
        }

        return text.Append('\n').ToString();
    }

    public static string ByPath(DataTree tree)
    {
        var text = new StringBuilder();
        foreach (var (path, watchers) in tree.DataWatches.ByPath)
        {
            text.Append(path).Append('\n');
            foreach (var watcher in watchers)
            {
                text.Append(CultureInfo.InvariantCulture, $"\t0x{watcher.SessionId:x}\n");
            }
        }

        return text.Append('\n').ToString();
    }
}
