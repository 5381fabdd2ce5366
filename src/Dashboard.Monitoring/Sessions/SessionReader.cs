using System.Collections.Immutable;
using System.Globalization;
using Dashboard.Monitoring.Connections;
using Dashboard.Monitoring.Model;
using Wire;
using ZooKeeper.Client.FourLetterWords;

namespace Dashboard.Monitoring.Sessions;

/// <summary>
/// Sessions by four-letter words, or by the AdminServer: cons of each server has its connections, wchc what their sessions watch, dump of
/// any one server the ephemeral znodes of all.
/// </summary>
sealed class SessionReader(ZooKeeperLink? link, Func<ClusterSnapshot> current, TimeProvider time) : ISessionReader, IDisposable
{
    static readonly TimeSpan deadline = TimeSpan.FromSeconds(5);
    static readonly TimeSpan fresh = TimeSpan.FromSeconds(2);

    /// <summary>wchc lists every path of every watch while the server does nothing else ("use it carefully").</summary>
    const long MostWatches = 100_000;

    const string AllWords = "srvr, mntr, conf, cons, wchc, dump";

    readonly ServerQuestions? questions = link is null ? null : new(link, time, deadline);
    readonly SemaphoreSlim one = new(1);
    Section<SessionTable> last = Section<SessionTable>.Unread;

    public async Task<Section<SessionTable>> ReadAsync(CancellationToken cancellationToken)
    {
        if (link is null)
        {
            var why = current().Ensemble.Error is { } error ? error.Told ?? error.Message : NotGiven.ZooKeeper;
            return last.Failed(SectionError.Unsupported(ErrorSource.Ensemble, why, time.GetUtcNow()));
        }

        await one.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (last.Error is not null || last.AsOf is not { } asOf || time.GetUtcNow() - asOf >= fresh)
            {
                last = await ReadAllAsync(link, cancellationToken).ConfigureAwait(false);
            }

            return last;
        }
        finally
        {
            one.Release();
        }
    }

    public void Dispose() => one.Dispose();

    async Task<Section<SessionTable>> ReadAllAsync(ZooKeeperLink ensemble, CancellationToken cancellationToken)
    {
        var readings = await Task.WhenAll(ensemble.Servers.Select((server, index) =>
            ReadServerAsync(server, index, cancellationToken))).ConfigureAwait(false);
        var now = time.GetUtcNow();
        var errors = readings.Select(reading => reading.Error).OfType<SectionError>().ToImmutableArray();
        if (errors.Length == readings.Length)
        {
            return last.Failed(errors[0]);
        }

        // ephemerals are part of the tree, so each server has those of all sessions
        var ephemerals = readings.Select(reading => reading.Ephemerals).FirstOrDefault(found => found is not null);
        // one that moved to another server may still have its old connection: the newer one counts
        var sessions = readings.SelectMany(reading => reading.Sessions)
            .GroupBy(session => session.SessionId)
            .Select(connections => connections.MaxBy(connection => connection.Since)!)
            .Select(session => session with { Ephemerals = ephemerals is null ? null : ephemerals.GetValueOrDefault(session.SessionId) })
            .OrderBy(session => session.ServerId)
            .ThenBy(session => session.Since)
            .ToList();
        var table = new SessionTable(
            [.. sessions.Take(SessionTable.Most)], sessions.Count, [.. questions!.Refused], errors);
        return last.Read(table, now);
    }

    async Task<Reading> ReadServerAsync((string Host, int Port) server, int index, CancellationToken cancellationToken)
    {
        var address = HostPort.Format(server.Host, server.Port);
        var known = current().Ensemble.Value?.Servers.FirstOrDefault(s => s.Address == address);
        try
        {
            if (await AskAsync(ServerQuestions.Connections).ConfigureAwait(false) is not { } connections)
            {
                return new Reading([], null, NotAllowed(address));
            }

            var watched = known?.Watches > MostWatches ? null : await AskAsync(ServerQuestions.Watches).ConfigureAwait(false);
            var ephemerals = await AskAsync(ServerQuestions.Ephemerals).ConfigureAwait(false);
            return new Reading(
                // 0: a connection without a session, as that of this very question
                [.. connections.Where(c => c.SessionId != 0).Select(c => Of(c, known?.ServerId ?? index + 1, address, watched))],
                ephemerals,
                null);
        }
        catch (FourLetterWordException failure)
        {
            var kind = failure.Failure == FourLetterWordFailure.TimedOut ? SectionErrorKind.TimedOut : SectionErrorKind.Unreachable;
            var error = new SectionError(kind, ErrorSource.Server(address), null, failure.Message, time.GetUtcNow());
            return new Reading([], null, error with { Told = failure.Told });
        }

        Task<T?> AskAsync<T>(ServerQuestion<T> question)
            where T : class => questions!.AskAsync(server, question, cancellationToken);
    }

    /// <summary>Nobody is known to be connected, which is not to be read as nobody.</summary>
    SectionError NotAllowed(string address)
    {
        var why = CodedText.Of(
            "ConnectionsNotAllowed",
            $"cons is not in its 4lw.commands.whitelist, and its AdminServer does not answer: who is connected is not known; "
            + $"allow {AllWords} in its zoo.cfg, or name its port with zookeeper.admin.serverPort");
        return new SectionError(SectionErrorKind.Refused, ErrorSource.Server(address), null, why.English, time.GetUtcNow())
        {
            Told = why,
            Reason = FailureReason.Authorization,
        };
    }

    static SessionInfo Of(Cons connection, int serverId, string address, IReadOnlyDictionary<long, int>? watched) => new(
        serverId,
        address,
        connection.SessionId,
        connection.Address,
        Number(connection, "to") is { } timeout ? TimeSpan.FromMilliseconds(timeout) : null,
        watched is null ? null : watched.GetValueOrDefault(connection.SessionId),
        null,
        Number(connection, "est") is { } since ? UnixTime.At(since) : null,
        connection.Values.GetValueOrDefault("lop"));

    static long? Number(Cons connection, string name) =>
        long.TryParse(connection.Values.GetValueOrDefault(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    sealed record Reading(IReadOnlyList<SessionInfo> Sessions, IReadOnlyDictionary<long, int>? Ephemerals, SectionError? Error);
}
