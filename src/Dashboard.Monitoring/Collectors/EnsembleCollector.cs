using System.Collections.Immutable;
using Dashboard.Monitoring.Model;
using ZooKeeper.Client.FourLetterWords;

namespace Dashboard.Monitoring.Collectors;

/// <summary>
/// Role, epoch, zxid, sessions, watches and latency of each server of the connect string, by four-letter words: mntr where it is whitelisted, srvr
/// (which always is) otherwise. One silent server greys its own row only.
/// </summary>
sealed class EnsembleCollector(CollectorContext context, ZooKeeperLink link) : Collector(context)
{
    static readonly TimeSpan deadline = TimeSpan.FromSeconds(2);

    readonly Dictionary<string, int> serverIds = [];
    (int? Leader, long? Epoch, DateTimeOffset Since)? leading;

    protected override TimeSpan Interval => Context.Options.EnsembleInterval;

    protected override string Source => "the ensemble";

    protected override Func<MonitorState, MonitorState> Failed(SectionError error) =>
        state => state with { Snapshot = state.Snapshot with { Ensemble = state.Snapshot.Ensemble.Failed(error) } };

    protected override async Task ReadAsync(CancellationToken cancellation)
    {
        var before = Context.Current().Ensemble.Value;
        var servers = await Task.WhenAll(link.Servers.Select((server, index) => ServerAsync(server.Host, server.Port, index, before, cancellation))).ConfigureAwait(false);
        var sorted = servers.OrderBy(s => s.ServerId).ThenBy(s => s.Address, StringComparer.Ordinal).ToImmutableArray();
        var leader = sorted.FirstOrDefault(s => s.Role is ServerRole.Leader or ServerRole.Standalone);
        var now = Context.Now;
        var epoch = leader?.Epoch;
        if (leading is not { } known || known.Leader != leader?.ServerId || known.Epoch != epoch)
        {
            leading = (leader?.ServerId, epoch, now);
        }

        var table = new EnsembleTable(sorted, leader?.ServerId, epoch, leader is null ? null : leading?.Since, Context.Options.Elections?.Invoke() ?? []);
        Context.Post(state => state with { Snapshot = state.Snapshot with { Ensemble = state.Snapshot.Ensemble.Read(table, now) } });
    }

    async Task<ServerInfo> ServerAsync(string host, int port, int index, EnsembleTable? before, CancellationToken cancellation)
    {
        var address = $"{host}:{port}";
        var old = before?.Servers.FirstOrDefault(s => s.Address == address);
        try
        {
            if (!serverIds.TryGetValue(address, out var id))
            {
                id = await ServerIdAsync(host, port, cancellation).ConfigureAwait(false) ?? index + 1;
                serverIds[address] = id;
            }

            var srvr = Srvr.Parse(await AskAsync(host, port, "srvr", cancellation).ConfigureAwait(false));
            return Of(id, address, srvr, await MntrAsync(host, port, cancellation).ConfigureAwait(false));
        }
        catch (FourLetterWordException failure) when (failure.Failure == FourLetterWordFailure.NotServing)
        {
            return Kept(old, index, address) with { Role = ServerRole.Looking, AsOf = Context.Now, Error = null };
        }
        catch (Exception failure) when (!cancellation.IsCancellationRequested)
        {
            var error = failure is FourLetterWordException { Failure: FourLetterWordFailure.TimedOut }
                ? new SectionError(SectionErrorKind.TimedOut, $"server {address}", null, failure.Message, Context.Now)
                : new SectionError(SectionErrorKind.Unreachable, $"server {address}", null, failure.Message, Context.Now);
            var kept = Kept(old, index, address);
            return kept with { Role = ServerRole.Down, Error = kept.Error is { } first ? error with { Since = first.Since } : error };
        }
    }

    ServerInfo Kept(ServerInfo? old, int index, string address)
    {
        var id = serverIds.GetValueOrDefault(address, index + 1);
        return old ?? new ServerInfo(id, Name(id), address, ServerRole.Down, null, null, null, null, null, null, null, null, null, null, null, null);
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
        return new ServerInfo(
            id, Name(id), address, role, srvr.Zxid >> 32, srvr.Zxid, (int?)mntr?.Connections ?? (int)srvr.Connections, mntr?.WatchCount,
            srvr.AverageLatency, srvr.MinLatency, srvr.MaxLatency, srvr.Outstanding, srvr.NodeCount, srvr.Product, Context.Now, null);
    }

    /// <summary>Null where the server does not whitelist it.</summary>
    async Task<Mntr?> MntrAsync(string host, int port, CancellationToken cancellation)
    {
        try
        {
            return Mntr.Parse(await AskAsync(host, port, "mntr", cancellation).ConfigureAwait(false));
        }
        catch (FourLetterWordException failure) when (failure.Failure is FourLetterWordFailure.NotWhitelisted)
        {
            return null;
        }
    }

    static string Name(int id) => $"zk{id}";

    async Task<int?> ServerIdAsync(string host, int port, CancellationToken cancellation)
    {
        try
        {
            var conf = await AskAsync(host, port, "conf", cancellation).ConfigureAwait(false);
            var line = conf.Split('\n').FirstOrDefault(l => l.StartsWith("serverId=", StringComparison.Ordinal));
            return line is not null && int.TryParse(line["serverId=".Length..].Trim(), out var id) && id > 0 ? id : null;
        }
        catch (FourLetterWordException failure) when (failure.Failure is FourLetterWordFailure.NotWhitelisted)
        {
            return null;
        }
    }

    Task<string> AskAsync(string host, int port, string word, CancellationToken cancellation) => FourLetterWord.SendAsync(host, port, word, deadline, Context.Time, cancellation);
}
