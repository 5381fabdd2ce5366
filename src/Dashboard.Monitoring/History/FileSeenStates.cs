using System.Text.Json;
using Microsoft.Extensions.Logging;
using Wire.Files;

namespace Dashboard.Monitoring.History;

/// <summary>
/// One file a cluster, <c>seen/CLUSTER.json</c>, written whole. When a write fails the file stays as it was, and the log says so, once.
/// </summary>
public sealed partial class FileSeenStates(string directory, ILogger<FileSeenStates> logger) : ISeenStates
{
    volatile bool failed;

    public SeenState? Load(string cluster)
    {
        var file = FileOf(cluster);
        try
        {
            return File.Exists(file) && JsonSerializer.Deserialize(File.ReadAllBytes(file), SeenJson.Default.SeenState)
                is { ClusterId: not null, Brokers.IsDefault: false } seen && seen.Findings?.Any(f => f.Items.IsDefault) != true
                ? seen
                : null;
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            NotRead(file, e.Message);
            return null;
        }
    }

    public void Save(string cluster, SeenState seen)
    {
        var file = FileOf(cluster);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            Disk.Instance.WriteWhole(file, JsonSerializer.SerializeToUtf8Bytes(seen, SeenJson.Default.SeenState));
            failed = false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (!failed)
            {
                NotWritten(file, e.Message);
            }

            failed = true;
        }
    }

    string FileOf(string cluster) => Path.Combine(directory, "seen", $"{cluster}.json");

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "What was last seen of a cluster cannot be read from {File}: {Why}")]
    partial void NotRead(string file, string why);

    [LoggerMessage(
        EventId = 2,
        Level = LogLevel.Warning,
        Message = "What is seen of a cluster cannot be written to {File}, and will not be compared with at the next start: {Why}")]
    partial void NotWritten(string file, string why);
}
