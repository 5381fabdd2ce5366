using ZooKeeper.Server.Quorum.Election;

namespace Simulation.Tests;

/// <summary>
/// Clients that write, and faults: crashes, restarts, partitions, pauses, purged logs. Then everything is healed and has to agree.
/// </summary>
sealed class Scenario(Ensemble ensemble)
{
    static readonly TimeSpan troubles = TimeSpan.FromSeconds(12);
    static readonly TimeSpan calm = TimeSpan.FromSeconds(12);

    readonly World world = ensemble.World;
    int operation;

    /// <exception cref="BrokenInvariantException">The protocol broke a promise.</exception>
    public void Run()
    {
        foreach (var server in ensemble.Servers)
        {
            world.Soon(0, 300, server.Start);
        }

        ensemble.Loss = 0.05;
        Writes();
        Faults();
        world.Run(troubles);

        ensemble.Loss = 0;
        ensemble.Heal();
        foreach (var server in ensemble.Servers)
        {
            server.Resume();
            if (!server.IsUp)
            {
                server.Start();
            }
        }

        world.Run(troubles + calm);
        Agree();
    }

    void Writes()
    {
        world.Soon(1, 200, () =>
        {
            if (world.Now < troubles + calm - TimeSpan.FromSeconds(3))
            {
                var server = ensemble.Servers[world.Random.Next(ensemble.Servers.Count)];
                for (var burst = world.Random.Next(4); burst >= 0; burst--)
                {
                    server.Submit(++operation, operation);
                }

                Writes();
            }
        });
    }

    void Faults()
    {
        world.Soon(50, 2500, () =>
        {
            if (world.Now < troubles)
            {
                Fault();
                Faults();
            }
        });
    }

    void Fault()
    {
        var server = ensemble.Servers[world.Random.Next(ensemble.Servers.Count)];
        switch (world.Random.Next(8))
        {
            case 0 or 1 when server.IsUp:
                Crash(server);
                break;
            case 2:
                ensemble.SlowDisks = world.Chance(0.5);
                world.Soon(1, ensemble.SlowDisks ? 1500 : 2, PowerFailure);
                break;
            case 3 or 4:
                ensemble.Partition(_ => world.Random.Next(2));
                world.Soon(100, 3000, ensemble.Heal);
                break;
            case 5 when Leader() is { } leader:
                ensemble.Partition(s => s == leader ? 1 : 0);
                world.Soon(100, 3000, ensemble.Heal);
                break;
            case 6 when server.IsUp:
                world.Note($"{server.Id} pauses");
                server.Pause();
                world.Soon(50, 2000, server.Resume);
                break;
            case 7 when Leader() is { } leader:
                Crash(leader);
                break;
            default:
                server.Purge(world.Random.Next(50));
                break;
        }
    }

    /// <summary>Of the whole room.</summary>
    void PowerFailure()
    {
        ensemble.SlowDisks = false;
        foreach (var each in ensemble.Servers.Where(s => s.IsUp).ToList())
        {
            Crash(each);
        }
    }

    void Crash(SimulatedServer server)
    {
        server.Crash();
        world.Soon(10, 3000, () =>
        {
            if (!server.IsUp)
            {
                server.Start();
            }
        });
    }

    SimulatedServer? Leader() => ensemble.Servers.FirstOrDefault(s => s.Replica?.Serving == PeerState.Leading);

    void Agree()
    {
        foreach (var server in ensemble.Servers)
        {
            if (server.Replica?.Serving is null)
            {
                throw new BrokenInvariantException(
                    $"server {server.Id} does not serve, {calm.TotalSeconds} s after everything was healed; it is {server.Node?.State}");
            }

            ensemble.Ledger.Finally(server.Id, server.Replica.Applied);
        }
    }
}
