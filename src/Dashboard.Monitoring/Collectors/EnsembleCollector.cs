using System.Collections.Concurrent;
using System.Collections.Immutable;
using Dashboard.Monitoring.Connections;
using Dashboard.Monitoring.Model;
using Dashboard.Monitoring.Readings;
using Wire;
using ZooKeeper.Client.FourLetterWords;

namespace Dashboard.Monitoring.Collectors;

/// <summary>
/// Role, epoch, zxid, sessions, watches and latency of each server of the connect string, by srvr and mntr, or by the AdminServer where it
/// allows a word not. One silent server greys its own row only, and the others do not wait for it.
/// </summary>
sealed class EnsembleCollector(CollectorContext context, ZooKeeperLink link) : Collector(context)
{
    static readonly TimeSpan deadline = TimeSpan.FromSeconds(2);

    /// <summary>How long the servers that answered wait for those that have not yet.</summary>
    static readonly TimeSpan patience = TimeSpan.FromMilliseconds(250);

    readonly ServerQuestions questions = new(link, context.Time, deadline);
    readonly ConcurrentDictionary<string, int> serverIds = [];
    readonly Dictionary<string, Question> asked = [];
    (int? Leader, long? Epoch, DateTimeOffset Since)? leading;
    Task<EnsembleVotes?>? asksVotes;
    EnsembleVotes? votes;

    /// <summary>Not answered yet.</summary>
    sealed record Question(Task<ServerInfo> Answer)
    {
        /// <summary>Whether its answer, which comes late, is going to be published at once.</summary>
        public bool IsAwaited { get; set; }
    }

    protected override TimeSpan Interval => Context.Options.EnsembleInterval;

    protected override ErrorSource Source => ErrorSource.Ensemble;

    protected override Func<MonitorState, MonitorState> Failed(SectionError error) =>
        state => state with { Snapshot = state.Snapshot with { Ensemble = state.Snapshot.Ensemble.Failed(error) } };

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        var before = Context.Current().Ensemble.Value;
        // beside the servers, which are asked without a session
        asksVotes ??= EnsembleVotes.ReadAsync(link, cancellationToken);
        var servers = await AskAsync(before, cancellationToken).ConfigureAwait(false);
        await VotesAsync(cancellationToken).ConfigureAwait(false);
        var now = Context.Now;
        // one that was cut off goes on believing that it leads until it notices
        var leader = servers.Where(s => s.Role is ServerRole.Leader or ServerRole.Standalone).MaxBy(s => s.Epoch);
        var sorted = servers
            .Select(s => InEpochOf(leader, s))
            .Select(s => votes?.IsObserver(s.ServerId) is { } observes ? s with { IsObserver = observes } : s)
            .OrderBy(s => s.ServerId)
            .ThenBy(s => s.Address, StringComparer.Ordinal)
            .ToImmutableArray();
        if (leading is not { } known || known.Leader != leader?.ServerId || known.Epoch != leader?.Epoch)
        {
            // the server's own word (3.6) where it has one: this program may have started later
            leading = (leader?.ServerId, leader?.Epoch, leader?.LeadsSince ?? now);
        }

        var table = new EnsembleTable(
            sorted, leader?.ServerId, leader?.Epoch, leader is null ? null : leading?.Since, Context.Options.Elections?.Invoke() ?? [])
        {
            LeaderSaysSince = leader?.LeadsSince is not null,
            Refused = [.. questions.Refused],
            ToldVoters = votes?.Voters,
        };
        Context.Post(state => state with { Snapshot = state.Snapshot with { Ensemble = state.Snapshot.Ensemble.Read(table, now) } });
    }

    /// <summary>
    /// All at once. A server that does not answer within <see cref="patience"/> keeps what it said last, and wakes this collector when it
    /// does answer.
    /// </summary>
    async Task<List<ServerInfo>> AskAsync(EnsembleTable? before, CancellationToken cancellationToken)
    {
        foreach (var ((host, port), index) in link.Servers.Select((server, index) => (server, index)))
        {
            var address = HostPort.Format(host, port);
            if (!asked.ContainsKey(address))
            {
                asked[address] = new Question(ServerAsync(host, port, index, before, cancellationToken));
            }
        }

        var all = Task.WhenAll(asked.Values.Select(question => question.Answer));
        // the first time there is nothing to show of a server that is slow, so all are waited for
        var longest = before is null ? Timeout.InfiniteTimeSpan : patience;
        await Task.WhenAny(all, Task.Delay(longest, Context.Time, cancellationToken)).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        var servers = new List<ServerInfo>();
        foreach (var (address, question) in asked.ToList())
        {
            if (question.Answer.IsCompleted)
            {
                asked.Remove(address);
                servers.Add(await question.Answer.ConfigureAwait(false));
            }
            else
            {
                servers.Add(before!.Servers.First(s => s.Address == address));
                // once: it stays the same question over several readings
                _ = question.IsAwaited ? null : question.Answer.ContinueWith(_ => Wake(), TaskScheduler.Default);
                question.IsAwaited = true;
            }
        }

        return servers;
    }

    /// <summary>
    /// They change by reconfiguration only: what was told stays while there is no session to be told more. An answer that comes late wakes
    /// this collector while none did.
    /// </summary>
    async Task VotesAsync(CancellationToken cancellationToken)
    {
        var asked = asksVotes!;
        await Task.WhenAny(asked, Task.Delay(patience, Context.Time, cancellationToken)).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        if (asked.IsCompleted)
        {
            asksVotes = null;
            votes = await asked.ConfigureAwait(false) ?? votes;
        }
        else if (votes is null)
        {
            _ = asked.ContinueWith(_ => Wake(), TaskScheduler.Default);
        }
    }

    /// <summary>A server that serves follows the leader in its epoch; only our own servers say so themselves.</summary>
    static ServerInfo InEpochOf(ServerInfo? leader, ServerInfo server) =>
        server is { Epoch: null, Role: ServerRole.Follower or ServerRole.Observer } ? server with { Epoch = leader?.Epoch } : server;

    async Task<ServerInfo> ServerAsync(string host, int port, int index, EnsembleTable? before, CancellationToken cancellationToken)
    {
        var address = HostPort.Format(host, port);
        var old = before?.Servers.FirstOrDefault(s => s.Address == address);
        try
        {
            if (!serverIds.TryGetValue(address, out var id))
            {
                // asked once: it is in the server's configuration. Without an answer its place in the connect string, as people number them
                id = await ServerIdAsync(host, port, cancellationToken).ConfigureAwait(false) ?? index + 1;
                serverIds[address] = id;
            }

            // one after the other: a server that is down costs one deadline, not two connections
            var srvr = await questions.AskAsync((host, port), ServerQuestions.Statistics, cancellationToken).ConfigureAwait(false);
            var mntr = await questions.AskAsync((host, port), ServerQuestions.Monitor, cancellationToken).ConfigureAwait(false);
            srvr ??= mntr is null ? null : Srvr.FromMntr(mntr);
            var byAdmin = questions.IsAskedByAdminServer(host, port);
            return srvr is null ? Untold(old, index, address) : Of(id, address, srvr, mntr) with { ByAdminServer = byAdmin };
        }
        catch (FourLetterWordException failure) when (failure.Failure == FourLetterWordFailure.NotServing)
        {
            // it answered, so it is not down: it looks for a leader
            return Kept(old, index, address) with { Role = ServerRole.Looking, AsOf = Context.Now, Error = null };
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            var kind = failure is FourLetterWordException { Failure: FourLetterWordFailure.TimedOut }
                ? SectionErrorKind.TimedOut
                : SectionErrorKind.Unreachable;
            var error = new SectionError(kind, ErrorSource.Server(address), null, failure.Message, Context.Now)
            {
                Told = (failure as ICodedFault)?.Told,
            };
            var kept = Kept(old, index, address);
            // since the first failure: pages say how long it has been down
            return kept with { Role = ServerRole.Down, Error = kept.Error is { } first ? error with { Since = first.Since } : error };
        }
    }

    ServerInfo Kept(ServerInfo? old, int index, string address)
    {
        var id = serverIds.GetValueOrDefault(address, index + 1);
        return old ?? new ServerInfo(
            id, Name(id), address, ServerRole.Down, null, null, null, null, null, null, null, null, null, null, null, null);
    }

    ServerInfo Of(int id, string address, Srvr srvr, Mntr? mntr)
    {
        var role = srvr.Mode switch
        {
            "leader" => ServerRole.Leader,
            "follower" => ServerRole.Follower,
            "observer" => ServerRole.Observer,
            "standalone" => ServerRole.Standalone,
            _ => ServerRole.Looking,
        };
        // a leader's zxid is of its epoch before it serves; a follower's is not before the first write
        var epoch = mntr?.Whole("zk_current_epoch") ?? (role is ServerRole.Leader or ServerRole.Standalone ? srvr.Zxid >> 32 : null);
        return new ServerInfo(
            id, Name(id), address, role, epoch, srvr.Zxid == 0 ? null : srvr.Zxid,
            (int?)mntr?.Connections ?? (int)srvr.Connections, mntr?.WatchCount,
            srvr.AverageLatency, srvr.MinLatency, srvr.MaxLatency, srvr.Outstanding, srvr.NodeCount, srvr.Product, Context.Now, null)
        {
            LeadsSince = role == ServerRole.Leader && mntr?.LeaderUptime is { } uptime ? Context.Now - uptime : null,
        };
    }

    /// <summary>It answers, that it allows nothing: what it is it does not say, and it is not down.</summary>
    ServerInfo Untold(ServerInfo? old, int index, string address) => Kept(old, index, address) with
    {
        Role = ServerRole.Unknown,
        Error = new(
            SectionErrorKind.Refused, ErrorSource.Server(address), "NOT_WHITELISTED",
            $"{address} answers neither srvr nor mntr: they are not in its 4lw.commands.whitelist, and its AdminServer does not answer.",
            Context.Now),
    };

    static string Name(int id) => $"zk{id}";

    async Task<int?> ServerIdAsync(string host, int port, CancellationToken cancellationToken)
    {
        var told = await questions.AskAsync((host, port), ServerQuestions.ServerId, cancellationToken).ConfigureAwait(false);
        return int.TryParse(told, out var id) && id > 0 ? id : null;
    }
}
