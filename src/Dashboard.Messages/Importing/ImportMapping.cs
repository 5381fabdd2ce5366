using System.Collections.Immutable;

namespace Dashboard.Messages.Importing;

public enum ImportKindOfFile
{
    /// <summary>A record a line, as messages are exported.</summary>
    Records,

    /// <summary>A value a line, whatever JSON it is.</summary>
    Values,

    /// <summary>Rows with commas, semicolons or tabs, and the names of the columns in the first one.</summary>
    Csv,
}

/// <summary>How rows become records. What is not said of a CSV file is taken from the names of its columns.</summary>
public sealed record ImportMapping(ImportKindOfFile File)
{
    /// <summary>In place of the format that a row names, if it does.</summary>
    public string? KeyFormat { get; init; }

    public string? ValueFormat { get; init; }

    public string? KeySchema { get; init; }

    public string? ValueSchema { get; init; }

    /// <summary>To the partition that the row names; else the partitioner chooses.</summary>
    public bool KeepsPartitions { get; init; }

    /// <summary>With the time that the row names; else that of now.</summary>
    public bool KeepsTimestamps { get; init; } = true;

    /// <summary>Null: found by what the first line has.</summary>
    public char? Separator { get; init; }

    /// <summary>Of a CSV file: the column with the key; null: the one that is called key. An empty field: no key.</summary>
    public string? Key { get; init; }

    /// <summary>The column with the value; null: the one that is called value, or else an object of all that serve nothing else.</summary>
    public string? Value { get; init; }

    /// <summary>The value is an object of these columns; empty: it is not.</summary>
    public ImmutableArray<string> ValueColumns { get; init; } = [];

    /// <summary>In such an object fields that look like numbers, true, false or null are that; else all are text.</summary>
    public bool Types { get; init; } = true;

    /// <summary>A header of each column: by name. Null: of those that are called header.NAME.</summary>
    public ImmutableSortedDictionary<string, string>? Headers { get; init; }

    public string? Partition { get; init; }

    public string? Timestamp { get; init; }

    /// <summary>A value that is this text is a tombstone; null: there are none.</summary>
    public string? Null { get; init; }
}
