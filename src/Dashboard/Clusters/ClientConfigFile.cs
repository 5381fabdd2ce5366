using Dashboard.Monitoring;
using Wire;

namespace Dashboard.Clusters;

/// <summary>A client.properties file as Kafka people have it: each key with its value and the place where it stands.</summary>
sealed record ClientConfigFile(IReadOnlyList<(string Key, string Value, string Where)> Entries)
{
    const int MostBytes = 1 << 20;

    /// <param name="field">Which setting names the file.</param>
    /// <exception cref="ClusterDefinitionException">It cannot be read; names the file, and the line.</exception>
    public static ClientConfigFile Read(string path, string field)
    {
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > MostBytes })
            {
                throw new ClusterDefinitionException(field, $"{path}: longer than 1 MiB; that is no client.properties.");
            }

            // with Java the last of a key that comes twice wins
            return new([
                .. Properties.Parse(Properties.ReadLines(path)).Reverse().DistinctBy(p => p.Key).Reverse()
                    .Select(p => (p.Key, p.Trimmed, $"{path} line {p.Line}")),
            ]);
        }
        catch (PropertiesException e)
        {
            throw new ClusterDefinitionException(field, $"{path} line {e.Line}: {e.Message}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new ClusterDefinitionException(field, $"{path}: it cannot be read: {e.Message}");
        }
    }
}
