using System.Collections.Immutable;
using System.Text.Json;
using Wire.Files;

namespace Dashboard.Saved;

/// <summary>
/// <c>filters.json</c>: the saved filters of all clusters. At most <see cref="MostOfCluster"/> a cluster; one more is refused. Written
/// whole to a file beside it that then takes its place: when that fails, all is as it was, and the exception names the file. A file that
/// cannot be read is never written over: until it is mended there are no filters, and the exception says so.
/// </summary>
public sealed class SavedFilters(string directory)
{
    public const int MostOfCluster = 200, MostOfName = 100, MostOfText = 8192;

    const int Version = 1;

    readonly Lock gate = new();
    ImmutableSortedDictionary<string, ImmutableArray<SavedFilter>>? current;

    public string FilePath { get; } = Path.Combine(directory, "filters.json");

    /// <summary>By name.</summary>
    /// <exception cref="InvalidDataException">The file cannot be read; names it and the way out.</exception>
    public ImmutableArray<SavedFilter> Of(string cluster)
    {
        lock (gate)
        {
            return Loaded().GetValueOrDefault(cluster, []);
        }
    }

    /// <summary>Takes the place of one of the same name.</summary>
    /// <exception cref="FormatException">Its name or a text of it is too long, or there are too many.</exception>
    /// <exception cref="IOException">It cannot be written; nothing was changed.</exception>
    /// <param name="dryRun">It is looked at whether that can be, and nothing is changed.</param>
    public void Save(string cluster, SavedFilter filter, bool dryRun = false)
    {
        if (filter.Name.Trim().Length == 0 || filter.Name.Length > MostOfName || filter.Name.Any(char.IsControl))
        {
            throw new FormatException($"name: it has 1 to {MostOfName} characters.");
        }

        string?[] texts = [filter.From, filter.To, filter.Partitions, filter.Filter, filter.Isolation, filter.View, filter.Columns];
        if (texts.Any(text => text?.Length > MostOfText))
        {
            throw new FormatException($"A text of it is longer than {MostOfText} characters.");
        }

        Change(cluster, filters =>
        {
            var others = filters.RemoveAll(one => one.Name == filter.Name);
            return others.Length < MostOfCluster
                ? [.. others.Add(filter).OrderBy(one => one.Name, StringComparer.OrdinalIgnoreCase)]
                : throw new FormatException($"There are {MostOfCluster} filters of this cluster, which is the most: delete one first.");
        }, dryRun);
    }

    /// <summary>Whether it was there.</summary>
    /// <exception cref="IOException">It cannot be written; nothing was changed.</exception>
    public bool Delete(string cluster, string name)
    {
        var wasThere = false;
        Change(cluster, filters =>
        {
            wasThere = filters.Any(one => one.Name == name);
            return filters.RemoveAll(one => one.Name == name);
        });
        return wasThere;
    }

    void Change(string cluster, Func<ImmutableArray<SavedFilter>, ImmutableArray<SavedFilter>> change, bool dryRun = false)
    {
        lock (gate)
        {
            var before = Loaded();
            var filters = change(before.GetValueOrDefault(cluster, []));
            if (dryRun)
            {
                return;
            }

            var next = filters.IsEmpty ? before.Remove(cluster) : before.SetItem(cluster, filters);
            try
            {
                var stored = new StoredFilters(Version, next);
                Disk.Private.WriteWhole(FilePath, JsonSerializer.SerializeToUtf8Bytes(stored, StoredFiltersJson.Default.StoredFilters));
            }
            catch (IOException e)
            {
                throw new IOException($"{FilePath} cannot be written, and nothing was changed: {e.Message}", e);
            }

            current = next;
        }
    }

    ImmutableSortedDictionary<string, ImmutableArray<SavedFilter>> Loaded() => current ??= Load();

    ImmutableSortedDictionary<string, ImmutableArray<SavedFilter>> Load()
    {
        if (!File.Exists(FilePath))
        {
            return ImmutableSortedDictionary<string, ImmutableArray<SavedFilter>>.Empty;
        }

        try
        {
            var stored = JsonSerializer.Deserialize(File.ReadAllBytes(FilePath), StoredFiltersJson.Default.StoredFilters);
            return stored is { Version: Version, Clusters: { } clusters } && clusters.Values.All(filters => !filters.IsDefault)
                ? clusters.WithComparers(StringComparer.Ordinal)
                : throw new JsonException($"it has no filters in version {Version} of its form");
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException(
                $"{FilePath} cannot be read: {e.Message} Mend it, or put it away, which forgets all filters.", e);
        }
    }
}
