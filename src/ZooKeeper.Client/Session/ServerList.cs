namespace ZooKeeper.Client.Session;

/// <summary>The servers in shuffled order, round after round. Owned by the session's loop.</summary>
sealed class ServerList
{
    /// <summary>Before a second round through the servers; it doubles, so that an ensemble that is down is not stormed.</summary>
    static readonly TimeSpan firstPause = TimeSpan.FromMilliseconds(100);
    static readonly TimeSpan longestPause = TimeSpan.FromSeconds(1);
    readonly (string Host, int Port)[] servers;
    int next;
    int failures;

    public ServerList(IReadOnlyList<(string Host, int Port)> servers)
    {
        this.servers = [.. servers];
        // or all clients of one connect string would sit on its first server
        Random.Shared.Shuffle(this.servers);
    }

    public int Count => servers.Length;

    /// <summary>The server to try now.</summary>
    public (string Host, int Port) Next() => servers[next++ % servers.Length];

    public void Succeeded() => failures = 0;

    /// <summary>
    /// How long to wait before the next attempt: not at all within the first round, then 100 ms doubling to 1 s, less up to half of it at
    /// random.
    /// </summary>
    public TimeSpan Failed()
    {
        var rounds = ++failures / servers.Length;
        if (rounds == 0)
        {
            return TimeSpan.Zero;
        }

        var pause = firstPause * Math.Pow(2, Math.Min(rounds - 1, 10));
        // at random: clients that lost the same server at once must not come back at once
        return (pause < longestPause ? pause : longestPause) * (0.5 + (Random.Shared.NextDouble() / 2));
    }
}
