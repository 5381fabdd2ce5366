using System.Globalization;
using System.Text;
using ZooKeeper.Server.Sessions;

namespace ZooKeeper.Server.Commands.FourLetter;

/// <summary>dump: sessions by the time at which they end (leader and alone), and their ephemerals.</summary>
static class SessionDump
{
    public static string Text(ServerView view)
    {
        var text = new StringBuilder("SessionTracker dump:\n");
        if (view.Core.Sessions is SessionTracker tracker)
        {
            var expiries = tracker.Expiries().ToList();
            text.Append(CultureInfo.InvariantCulture, $"Session Sets ({expiries.Count})/({tracker.Count}):\n");
            foreach (var (inMilliseconds, sessions) in expiries)
            {
                var ids = sessions.ToList();
                var at = view.Now.AddMilliseconds(inMilliseconds);
                text.Append(CultureInfo.InvariantCulture, $"{ids.Count} expire at {at:ddd MMM dd HH:mm:ss 'UTC' yyyy}:\n");
                ids.ForEach(id => text.Append(CultureInfo.InvariantCulture, $"\t0x{id:x}\n"));
            }
        }
        else
        {
            text.Append(CultureInfo.InvariantCulture, $"Global Sessions({view.Core.SessionTimeouts.Count}):\n");
            foreach (var (id, timeout) in view.Core.SessionTimeouts.OrderBy(s => s.Key))
            {
                text.Append(CultureInfo.InvariantCulture, $"0x{id:x}\t{timeout}ms\n");
            }
        }

        text.Append("ephemeral nodes dump:\n");
        text.Append(CultureInfo.InvariantCulture, $"Sessions with Ephemerals ({view.Core.Tree.Ephemerals.Count}):\n");
        foreach (var (session, paths) in view.Core.Tree.Ephemerals)
        {
            text.Append(CultureInfo.InvariantCulture, $"0x{session:x}:\n");
            foreach (var path in paths)
            {
                text.Append('\t').Append(path).Append('\n');
            }
        }

        return text.ToString();
    }
}
