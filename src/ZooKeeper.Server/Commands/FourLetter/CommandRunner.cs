using System.Globalization;
using System.Text;
using Wire;
using ZooKeeper.Protocol;
using ZooKeeper.Server.Serving;
using ZooKeeper.Server.Transactions;

namespace ZooKeeper.Server.Commands.FourLetter;

/// <summary>Answers four-letter words in Apache's own texts. Only those on the whitelist; the texts are made on the server loop.</summary>
sealed class CommandRunner(Func<ServerView> view)
{
    const string NotServing = "This ZooKeeper instance is not currently serving requests\n";

    /// <inheritdoc cref="CommandHandler"/>
    public async ValueTask<bool> TryAnswerAsync(Connection connection, string remote, CancellationToken cancellationToken)
    {
        if (await FourLetterWordReader.TryReadAsync(connection.Input, cancellationToken).ConfigureAwait(false) is not { } word)
        {
            return false;
        }

        var argument = word == "stmk"
            ? await FourLetterWordReader.ReadArgumentAsync(connection.Input, cancellationToken).ConfigureAwait(false)
            : 0;
        var text = await RunAsync(word, remote, argument).ConfigureAwait(false);
        var message = new WireWriter(text.Length + 16);
        message.WriteUtf8(text);
        connection.Enqueue(message);
        return true;
    }

    /// <param name="word">One of Apache's commands.</param>
    /// <param name="remote">The client, host:port.</param>
    /// <param name="argument">What follows stmk: the new trace mask.</param>
    Task<string> RunAsync(string word, string remote, long argument = 0)
    {
        var all = view();
        return all.Config.FourLetterWords is { } allowed && !allowed.Contains(word)
            ? Task.FromResult($"{word} is not executed because it is not in the whitelist.\n")
            : all.Core.Loop.RunAsync(() => Counted(word, all, remote, argument));
    }

    /// <summary>A command is a packet in and a packet out, as with Apache.</summary>
    static string Counted(string word, ServerView view, string remote, long argument)
    {
        view.Statistics.PacketsReceived++;
        var text = Run(word, view, remote, argument);
        view.Statistics.PacketsSent++;
        return text;
    }

    static string Run(string word, ServerView view, string remote, long argument)
    {
        switch (word)
        {
            case "ruok":
                return "imok";
            case "envi":
                return Environment.Text();
            case "isro":
                return view.Core.IsServing ? "rw" : "null";
            case "gtmk":
                return view.TraceMask.ToString(CultureInfo.InvariantCulture);
            case "stmk":
                view.TraceMask = argument;
                return argument.ToString(CultureInfo.InvariantCulture);
        }

        if (!view.Core.IsServing)
        {
            return NotServing;
        }

        return word switch
        {
            "srvr" => Server(view, withClients: false, remote),
            "stat" => Server(view, withClients: true, remote),
            "mntr" => Monitor(view),
            "conf" => Configuration.Text(view),
            "cons" => Connections(view, remote),
            "dirs" => $"datadir_size: {view.SnapshotBytes}\nlogdir_size: {view.LogBytes}\n",
            "dump" => SessionDump.Text(view),
            "wchs" => Watches.Summary(view.Core.Tree),
            "wchc" => Watches.ByConnection(view.Core.Tree),
            "wchp" => Watches.ByPath(view.Core.Tree),
            "crst" => Reset(view.ResetConnections, "Connection"),
            "srst" => Reset(view.ResetStatistics, "Server"),
            "hash" => $"{ServerView.NoDigests}\n",
            _ => $"{word} is not done by this server.\n",
        };
    }

    static string Reset(Action reset, string what)
    {
        reset();
        return $"{what} stats reset.\n";
    }

    static string Server(ServerView view, bool withClients, string remote)
    {
        var text = new StringBuilder();
        text.Append("Zookeeper version: ").Append(ServerVersion.Full).Append('\n');
        if (withClients)
        {
            text.Append("Clients:\n");
            // the connection of the command itself; the number in brackets is the interest set of Java's selector (1: reading)
            text.Append(CultureInfo.InvariantCulture, $" /{remote}[0](queued=0,recved=1,sent=0)\n");
            foreach (var client in view.Core.Clients.Connections)
            {
                var s = client.Statistics;
                text.Append(CultureInfo.InvariantCulture, $" /{client.Remote}[1](queued={client.Pending.Count},");
                text.Append(CultureInfo.InvariantCulture, $"recved={s.Received},sent={s.Sent})\n");
            }

            text.Append('\n');
        }

        var statistics = view.Statistics;
        var latency = statistics.Latency;
        text.Append("Latency min/avg/max: ");
        text.Append(CultureInfo.InvariantCulture, $"{latency.Min}/{ServerView.Number(latency.Average)}/{latency.Max}\n");
        text.Append(CultureInfo.InvariantCulture, $"Received: {statistics.PacketsReceived}\nSent: {statistics.PacketsSent}\n");
        text.Append(CultureInfo.InvariantCulture, $"Connections: {view.ConnectionCount}\nOutstanding: {view.Outstanding}\n");
        text.Append(CultureInfo.InvariantCulture, $"Zxid: 0x{view.Zxid:x}\nMode: {view.Mode}\nNode count: {view.Core.Tree.NodeCount}\n");
        if (view.Core.State == ServerState.Leading)
        {
            var sizes = view.Core.Proposals;
            text.Append(CultureInfo.InvariantCulture, $"Proposal sizes last/min/max: {sizes.Last}/{sizes.Min}/{sizes.Max}\n");
        }

        return text.ToString();
    }

    static string Monitor(ServerView view)
    {
        var text = new StringBuilder();
        foreach (var (key, value) in MonitorValues.Of(view))
        {
            var shown = value is double number ? ServerView.Number(number) : Convert.ToString(value, CultureInfo.InvariantCulture);
            text.Append("zk_").Append(key).Append('\t').Append(shown).Append('\n');
        }

        return text.ToString();
    }

    static string Connections(ServerView view, string remote)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $" /{remote}[0](queued=0,recved=1,sent=0)\n");
        foreach (var client in view.Core.Clients.Connections)
        {
            var s = client.Statistics;
            text.Append(CultureInfo.InvariantCulture, $" /{client.Remote}[1](queued={client.Pending.Count},");
            text.Append(CultureInfo.InvariantCulture, $"recved={s.Received},sent={s.Sent}");
            if (client.SessionId != 0)
            {
                text.Append(CultureInfo.InvariantCulture, $",sid=0x{client.SessionId:x},lop={s.LastOperation}");
                text.Append(CultureInfo.InvariantCulture, $",est={s.Established},to={client.Timeout}");
                if (s.LastCxid >= 0)
                {
                    text.Append(CultureInfo.InvariantCulture, $",lcxid=0x{s.LastCxid:x}");
                }

                text.Append(CultureInfo.InvariantCulture, $",lzxid=0x{s.LastZxid:x},lresp={s.LastResponseTime},llat={s.LastLatency}");
                text.Append(CultureInfo.InvariantCulture, $",minlat={s.Latency.Min},avglat={(long)s.Latency.Average}");
                text.Append(CultureInfo.InvariantCulture, $",maxlat={s.Latency.Max}");
            }

            text.Append(")\n");
        }

        return text.Append('\n').ToString();
    }
}
