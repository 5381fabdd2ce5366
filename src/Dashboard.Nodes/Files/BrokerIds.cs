using System.Text.Json;
using Wire.Files;

namespace Dashboard.Nodes.Files;

/// <summary>
/// Which brokers there are, remembered in <c>brokers.json</c> beside their data, since brokers are added and removed while the cluster
/// runs. A start that asks for the same number as the one before has what became of those; one that asks for another number has that many.
/// A write failure is an <see cref="IOException"/> and leaves the file as it was.
/// </summary>
sealed class BrokerIds
{
    readonly string directory;
    readonly int asked;

    BrokerIds(string directory, int asked, IEnumerable<int> ids)
    {
        (this.directory, this.asked) = (directory, asked);
        Ids = [.. ids.Order()];
    }

    public IReadOnlyList<int> Ids { get; private set; }

    /// <summary>Not yet a broker's, and no directory of an earlier one is in its way.</summary>
    public int Next =>
        Enumerable.Range(0, int.MaxValue).First(id => !Ids.Contains(id) && !Directory.Exists(Path.Combine(directory, $"kafka{id}")));

    /// <param name="number">What this start asks for; null: whatever there is.</param>
    /// <exception cref="HostingException">The file cannot be understood: a broker that is forgotten takes its replicas along.</exception>
    public static BrokerIds Load(string directory, int? number)
    {
        var kept = Read(Path.Combine(directory, FileName));
        if (kept is null || (number is { } other && other != kept.Asked))
        {
            var wanted = number ?? HostingOptions.UsualBrokers;
            var known = kept?.Ids ?? [];
            // those there are first: a smaller number keeps the lowest ids, a larger one fills the gaps
            return new BrokerIds(directory, wanted, known.Concat(Enumerable.Range(0, wanted + known.Length).Except(known)).Take(wanted));
        }

        return new BrokerIds(directory, kept.Asked, kept.Ids);
    }

    public void Add(int id) => Replace([.. Ids.Append(id).Order()]);

    public void Remove(int id) => Replace([.. Ids.Where(i => i != id)]);

    public void Save()
    {
        var kept = new KeptBrokers(asked, [.. Ids]);
        var json = JsonSerializer.SerializeToUtf8Bytes(kept, KeptJson.Default.KeptBrokers);
        Disk.Instance.WriteWhole(Path.Combine(directory, FileName), json);
    }

    const string FileName = "brokers.json";

    void Replace(IReadOnlyList<int> ids)
    {
        var before = Ids;
        Ids = ids;
        try
        {
            Save();
        }
        catch
        {
            // what is not on disk would be forgotten by the next start, with its replicas
            Ids = before;
            throw;
        }
    }

    static KeptBrokers? Read(string file)
    {
        try
        {
            if (!File.Exists(file))
            {
                return null;
            }

            return JsonSerializer.Deserialize(File.ReadAllText(file), KeptJson.Default.KeptBrokers) is { Ids: not null } kept
                ? kept
                : throw new JsonException("it names no brokers");
        }
        catch (JsonException e)
        {
            throw new HostingException(
                $"{file} cannot be understood ({e.Message}). Mend it, or delete it and say how many brokers there are with --brokers N.");
        }
    }
}
