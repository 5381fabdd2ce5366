using System.Text.Json;
using Testing;

namespace Interop.Tests.Support;

/// <summary>
/// Ports of hosted nodes, written where the host remembers them. They lie below those that the system gives to outgoing connections: a node that was
/// killed must find its port free when it comes back, though clients keep trying to reach it.
/// </summary>
static class Ports
{
    static readonly HashSet<int> given = [];

    public static void Remember(string dataDirectory, int coordinators, int brokers)
    {
        var uses = Enumerable.Range(1, coordinators).SelectMany(id => new[] { $"zk{id}.client", $"zk{id}.quorum", $"zk{id}.election", $"zk{id}.admin" })
            .Concat(Enumerable.Range(0, brokers).Select(id => $"kafka{id}")).ToList();
        var ports = uses.Zip(Take(uses.Count)).ToDictionary(pair => pair.First, pair => pair.Second);
        File.WriteAllText(Path.Combine(dataDirectory, "ports.json"), JsonSerializer.Serialize(ports));
    }

    static List<int> Take(int count)
    {
        lock (given)
        {
            var ports = new List<int>();
            while (ports.Count < count)
            {
                var port = Random.Shared.Next(12_000, 32_000);
                if (FreePorts.IsFree(port) && given.Add(port))
                {
                    ports.Add(port);
                }
            }

            return ports;
        }
    }
}
