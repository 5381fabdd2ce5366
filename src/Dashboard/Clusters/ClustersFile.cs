using System.Collections.Immutable;
using Dashboard.Monitoring;
using Wire;

namespace Dashboard.Clusters;

/// <summary>
/// <c>clusters.yaml</c>, which people write. What is wrong with it is told with file, line and key, and meanwhile its clusters stay as they
/// were when it was last whole; at a start, where there is no such time, those entries that are whole are taken. One caller at a time.
/// </summary>
sealed class ClustersFile(string path)
{
    ImmutableArray<Stamp> stamps = [];
    ClusterList? whole;

    /// <summary>It had sections once.</summary>
    bool hasSaid;

    public string FilePath => path;

    /// <summary>It, or a file that it names, is another than at the last reading.</summary>
    public bool HasChanged => !stamps.SequenceEqual(stamps.Select(stamp => Stamp.Of(stamp.File)));

    /// <summary>As it was read last, for those who read other sections of it.</summary>
    public ClustersDocument Document { get; private set; } = new(path, ClusterList.Empty) { IsGone = true };

    public ClusterList Read()
    {
        // taken before the reading: what is written meanwhile is read next time
        ImmutableArray<Stamp> before = [Stamp.Of(path)];
        Document = File.Exists(path) ? ClustersYaml.Read(path) : new(path, Gone()) { IsGone = true };
        if (Document is { IsYaml: true, Root: null } && hasSaid)
        {
            Document = new(path, Emptied()) { IsGone = true };
        }

        hasSaid |= Document.Root is not null;
        var read = Document.Clusters;
        stamps = [.. before, .. Document.Files.Distinct().Select(Stamp.Of)];
        if (read.Problems.Count == 0)
        {
            whole = read;
        }

        return whole is null ? read : whole with { Problems = read.Problems, Warnings = read.Warnings };
    }

    /// <summary>Without it there are no clusters of it; but clusters that were there do not go because a file is missing.</summary>
    ClusterList Gone() => whole is null or { Clusters.Count: 0 }
        ? ClusterList.Empty
        : ClusterList.Empty with
        {
            Problems =
            [
                CodedText.Of("YamlGone", $"{path}: it is gone; its clusters stay until the next start. An empty list removes them."),
            ],
        };

    /// <summary>
    /// What an editor or a full disk leaves of a file for a moment: nothing, which is no wish that clusters go and masks are lifted.
    /// </summary>
    ClusterList Emptied() => ClusterList.Empty with
    {
        Problems =
        [
            CodedText.Of(
                "YamlEmpty",
                $"{path}: it is empty; what it said stays until the next start. An empty list, clusters: [], removes its clusters."),
        ],
    };

    /// <summary>When a file was written, and how long it is; both null while there is none.</summary>
    sealed record Stamp(string File, DateTime? Written, long? Length)
    {
        public static Stamp Of(string file) =>
            new FileInfo(file) is { Exists: true } info ? new(file, info.LastWriteTimeUtc, info.Length) : new(file, null, null);
    }
}
