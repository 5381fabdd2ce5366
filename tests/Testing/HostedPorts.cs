using System.Text.Json;

namespace Testing;

/// <summary>Ports of hosted nodes, written where the host remembers them.</summary>
public static class HostedPorts
{
    public static void Remember(string dataDirectory, int coordinators = 3, int brokers = 4)
    {
        Directory.CreateDirectory(dataDirectory);
        var uses = Enumerable.Range(1, coordinators)
            .SelectMany(id => new[] { $"zk{id}.client", $"zk{id}.quorum", $"zk{id}.election", $"zk{id}.admin" })
            .Concat(Enumerable.Range(0, brokers).SelectMany(id => new[] { $"kafka{id}", $"kafka{id}.controller" })).ToList();
        var ports = uses.Zip(FreePorts.Take(uses.Count)).ToDictionary(pair => pair.First, pair => pair.Second);
        File.WriteAllText(Path.Combine(dataDirectory, "ports.json"), JsonSerializer.Serialize(ports));
    }
}
