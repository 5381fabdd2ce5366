namespace ZooKeeper.Server.Quorum;

/// <summary>What the state machines of a quorum have to know of the configuration.</summary>
sealed record QuorumSettings
{
    /// <summary>This server's id.</summary>
    public required long Self { get; init; }

    /// <summary>Ids of the servers with a vote, ascending.</summary>
    public required IReadOnlyList<long> Voters { get; init; }

    public TimeSpan Tick { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Ticks a learner and a leader have to find each other and to synchronise.</summary>
    public int InitLimit { get; init; } = 10;

    /// <summary>Ticks of silence after which the other is taken for dead.</summary>
    public int SyncLimit { get; init; } = 5;

    /// <summary>The lines server.N=…, without the version.</summary>
    public string Config { get; init; } = "";

    /// <summary>Servers that make a majority. Settable so that a simulation can show that it notices a wrong one.</summary>
    public int Majority { get => field > 0 ? field : Voters.Count / 2 + 1; init; }

    public static QuorumSettings Of(ZooKeeperConfig config) => new()
    {
        Self = config.MyId,
        Voters = [.. config.Servers.Values.Where(s => !s.IsObserver).Select(s => s.Id).Order()],
        Tick = TimeSpan.FromMilliseconds(config.TickTime),
        InitLimit = config.InitLimit,
        SyncLimit = config.SyncLimit,
        Config = string.Concat(config.Servers.Values.OrderBy(s => s.Id).Select(s => $"server.{s.Id}={s}\n")),
    };

    public bool IsObserver => !Voters.Contains(Self);

    public TimeSpan InitTimeout => Tick * InitLimit;

    public TimeSpan SyncTimeout => Tick * SyncLimit;

    /// <summary>
    /// A set of voters as bits, by their place among <see cref="Voters"/>; the configuration allows as many as there are bits. 0 for a
    /// server without a vote.
    /// </summary>
    public ulong Bit(long server)
    {
        for (var i = 0; i < Voters.Count; i++)
        {
            if (Voters[i] == server)
            {
                return 1UL << i;
            }
        }

        return 0;
    }

    public bool IsMajority(ulong voters) => System.Numerics.BitOperations.PopCount(voters) >= Majority;
}
