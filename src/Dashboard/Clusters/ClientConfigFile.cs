using Dashboard.Monitoring;
using Wire;

namespace Dashboard.Clusters;

/// <summary>A client.properties file as Kafka people have it: each key with its value and the place where it stands.</summary>
sealed record ClientConfigFile(IReadOnlyList<(string Key, string Value, CodedText Where)> Entries)
{
    const int MostBytes = 1 << 20;

    /// <summary>"clusters.yaml line 4".</summary>
    public static CodedText Place(string path, long line) => CodedText.Of("LineOf", $"{path} line {line}");

    /// <param name="field">Which setting names the file.</param>
    /// <exception cref="ClusterDefinitionException">It cannot be read; names the file, and the line.</exception>
    public static ClientConfigFile Read(string path, string field)
    {
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > MostBytes })
            {
                throw new ClusterDefinitionException(
                    field, CodedText.Of("ConfigTooLong", $"{path}: longer than 1 MiB; that is no client.properties."));
            }

            // with Java the last of a key that comes twice wins
            return new([
                .. Properties.Parse(Properties.ReadLines(path)).Reverse().DistinctBy(p => p.Key).Reverse()
                    .Select(p => (p.Key, p.Trimmed, Place(path, p.Line))),
            ]);
        }
        catch (PropertiesException e)
        {
            throw new ClusterDefinitionException(field, CodedText.Of("ClusterField", $"{Place(path, e.Line)}: {e.Told}"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new ClusterDefinitionException(field, CodedText.Of("ConfigUnread", $"{path}: it cannot be read: {e.Message}"));
        }
    }
}
