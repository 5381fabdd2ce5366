using System.Globalization;
using Testing;

namespace ZooKeeper.Server.Tests.Quorum;

/// <summary>Ports, directories and configurations of an ensemble's members, which they keep between their lives.</summary>
sealed class EnsembleFiles : IDisposable
{
    readonly TempDirectory directory = new();
    readonly List<(int Quorum, int Election, int Client)> ports;
    readonly string[] extra;

    /// <param name="count">Members; ids from 1.</param>
    /// <param name="extra">More lines of zoo.cfg.</param>
    public EnsembleFiles(int count, params string[] extra)
    {
        this.extra = extra;
        ports = [.. FreePorts.Take(count * 3).Chunk(3).Select(p => (p[0], p[1], p[2]))];
    }

    /// <summary>Members without a vote.</summary>
    public IReadOnlyList<long> Observers { get; init; } = [];

    public string DataDirectory(long id) => directory[$"{id}"];

    public int ClientPort(long id) => ports[(int)id - 1].Client;

    public int QuorumPort(long id) => ports[(int)id - 1].Quorum;

    public int ElectionPort(long id) => ports[(int)id - 1].Election;

    /// <summary>The lines of zoo.cfg of one member; myid is written beside it.</summary>
    public string[] Lines(long id)
    {
        Directory.CreateDirectory(DataDirectory(id));
        File.WriteAllText(Path.Combine(DataDirectory(id), "myid"), id.ToString(CultureInfo.InvariantCulture));
        return
        [
            "tickTime=500", "initLimit=20", "syncLimit=4", $"dataDir={DataDirectory(id)}",
            $"clientPort={ClientPort(id)}", "clientPortAddress=127.0.0.1",
            "admin.enableServer=false", "4lw.commands.whitelist=*",
            .. ports.Select((p, i) => $"server.{i + 1}=127.0.0.1:{p.Quorum}:{p.Election}{(Observers.Contains(i + 1) ? ":observer" : "")}"),
            .. extra,
        ];
    }

    public ZooKeeperConfig Config(long id) => ZooKeeperConfig.Parse(Lines(id), "zoo.cfg");

    public void Dispose() => directory.Dispose();
}
