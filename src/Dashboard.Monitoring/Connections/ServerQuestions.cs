using System.Collections.Concurrent;
using System.Text.Json;
using Wire;
using ZooKeeper.Client.AdminServer;
using ZooKeeper.Client.FourLetterWords;

namespace Dashboard.Monitoring.Connections;

/// <summary>One question to a server, as a four-letter word and as a command of its AdminServer.</summary>
sealed record ServerQuestion<T>(string Word, Func<string, T> Parse, string Command, Func<JsonElement, T> Read);

/// <summary>
/// Asks a server by four-letter words, and by its AdminServer where a word is not in the server's whitelist: since 3.5.3 only srvr is
/// by default, while the AdminServer answers everything. An AdminServer that does not answer is left alone for a while. Safe
/// from any thread.
/// </summary>
sealed class ServerQuestions(ZooKeeperLink link, TimeProvider time, TimeSpan deadline)
{
    static readonly TimeSpan leftAlone = TimeSpan.FromMinutes(1);

    /// <summary>One for all: it keeps no state of a cluster. Answers are bounded as those to words are.</summary>
    static readonly HttpClient http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false })
    {
        Timeout = TimeSpan.FromSeconds(2),
        MaxResponseContentBufferSize = 32 << 20,
    };

    readonly ConcurrentDictionary<string, long> silent = new();
    readonly ConcurrentDictionary<(string Address, string Word), bool> refused = new();

    public static ServerQuestion<Srvr> Statistics { get; } = new("srvr", Srvr.Parse, "server_stats", Srvr.FromServerStats);

    public static ServerQuestion<Mntr> Monitor { get; } = new("mntr", Mntr.Parse, "monitor", Mntr.FromMonitor);

    public static ServerQuestion<IReadOnlyList<Cons>> Connections { get; } =
        new("cons", Cons.Parse, "connections", Cons.FromConnections);

    public static ServerQuestion<IReadOnlyDictionary<long, int>> Watches { get; } =
        new("wchc", SessionPaths.Count, "watches", answer => SessionPaths.Count(answer, "session_id_to_watched_paths"));

    public static ServerQuestion<IReadOnlyDictionary<long, int>> Ephemerals { get; } =
        new("dump", SessionPaths.Count, "dump", answer => SessionPaths.Count(answer, "session_id_to_ephemeral_paths"));

    /// <summary>The server's id, as text; empty where it has none.</summary>
    public static ServerQuestion<string> ServerId { get; } = new(
        "conf",
        conf => conf.Split('\n').FirstOrDefault(l => l.StartsWith("serverId=", StringComparison.Ordinal))?["serverId=".Length..] ?? "",
        "configuration",
        answer => answer.TryGetProperty("server_id", out var id) ? id.ToString() : "");

    /// <summary>Words that some server allows not, and that its AdminServer did not answer in their place.</summary>
    public IReadOnlyList<string> Refused =>
        [.. refused.Where(r => !r.Value).Select(r => r.Key.Word).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Whether its AdminServer answers in place of a word.</summary>
    public bool IsAskedByAdminServer(string host, int port) =>
        refused.Any(r => r.Value && r.Key.Address == HostPort.Format(host, port));

    /// <summary>Null: it may not be asked that by a word, and its AdminServer does not answer.</summary>
    /// <exception cref="FourLetterWordException">As of the word, but for one that is not whitelisted.</exception>
    public async Task<T?> AskAsync<T>((string Host, int Port) server, ServerQuestion<T> question, CancellationToken cancellationToken)
        where T : class
    {
        var key = (HostPort.Format(server.Host, server.Port), question.Word);
        try
        {
            var answer = await FourLetterWord
                .SendAsync(server.Host, server.Port, question.Word, deadline, time, link.Tls, cancellationToken).ConfigureAwait(false);
            // the whitelist may have been changed: it is believed anew each time
            refused.TryRemove(key, out _);
            return question.Parse(answer);
        }
        catch (FourLetterWordException failure) when (failure.Failure == FourLetterWordFailure.NotWhitelisted)
        {
            var answer = await AskAdminServerAsync(server, question, cancellationToken).ConfigureAwait(false);
            refused[key] = answer is not null;
            return answer;
        }
    }

    async Task<T?> AskAdminServerAsync<T>(
        (string Host, int Port) server, ServerQuestion<T> question, CancellationToken cancellationToken)
        where T : class
    {
        var address = HostPort.Format(server.Host, server.Port);
        if (link.AdminPort == 0 || (silent.TryGetValue(address, out var since) && time.GetElapsedTime(since) < leftAlone))
        {
            return null;
        }

        try
        {
            var admin = new AdminServerClient(http, server.Host, link.AdminPort);
            if (await IsItsOwnAsync(admin, server, cancellationToken).ConfigureAwait(false))
            {
                return question.Read(await admin.GetAsync(question.Command, cancellationToken).ConfigureAwait(false));
            }
        }
        catch (Exception e) when (e is AdminServerException or FormatException)
        {
            // left alone, as one that is another server's
        }

        // 8080 is many a program's port: one that is not an AdminServer is not asked with every reading
        silent[address] = time.GetTimestamp();
        return null;
    }

    /// <summary>Where several servers share a host, the AdminServer there is of one of them: it says of which.</summary>
    async Task<bool> IsItsOwnAsync(AdminServerClient admin, (string Host, int Port) server, CancellationToken cancellationToken)
    {
        if (link.Servers.Count(s => s.Host == server.Host) == 1)
        {
            return true;
        }

        var configuration = await admin.GetAsync("configuration", cancellationToken).ConfigureAwait(false);
        return Port("client_port") == server.Port || Port("secure_client_port") == server.Port;

        int Port(string name) => configuration.TryGetProperty(name, out var value) && value.TryGetInt32(out var port) ? port : -1;
    }
}
