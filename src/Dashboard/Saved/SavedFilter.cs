using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Dashboard.Saved;

/// <summary>A question about a topic's records that somebody named, for all who may read them. Its texts are the address's.</summary>
/// <param name="By">Who saved it last.</param>
public sealed record SavedFilter(string Name, string Topic, string By, DateTimeOffset At)
{
    public string? From { get; init; }

    public string? To { get; init; }

    public string? Partitions { get; init; }

    public string? Filter { get; init; }

    public string? Isolation { get; init; }

    public string? View { get; init; }

    public string? Columns { get; init; }
}

/// <summary>The form of filters.json: by cluster.</summary>
sealed record StoredFilters(int Version, ImmutableSortedDictionary<string, ImmutableArray<SavedFilter>>? Clusters);

[JsonSourceGenerationOptions(
    System.Text.Json.JsonSerializerDefaults.Web, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(StoredFilters))]
sealed partial class StoredFiltersJson : JsonSerializerContext;
