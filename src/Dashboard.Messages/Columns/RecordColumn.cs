using System.Collections.Immutable;
using System.Text.Json;
using Dashboard.Messages.Filters;
using Dashboard.Messages.Scanning;

namespace Dashboard.Messages.Columns;

public enum ColumnKind
{
    Partition,
    Offset,
    Time,
    Key,
    Value,
    Headers,
    Size,

    /// <summary>What a path leads to in the decoded value or key.</summary>
    Field,

    /// <summary>The header of a name.</summary>
    Header,
}

/// <summary>
/// A column of records, as it stands in an address: <c>partition, offset, time, key, value, headers, size</c>, <c>value.who.name</c> and
/// <c>key.id</c> for a field of the decoded value or key, <c>header.trace</c> for a header.
/// </summary>
/// <param name="Name">As in the address.</param>
public sealed record RecordColumn(ColumnKind Kind, string Name)
{
    /// <summary>More are no table; longer names are no paths.</summary>
    public const int Most = 20, MostCharacters = 200;

    const string ValuePrefix = "value.", KeyPrefix = "key.", HeaderPrefix = "header.";

    /// <summary>Values under a list that are shown together.</summary>
    const int MostValues = 10;

    readonly string[] steps = Kind == ColumnKind.Field ? Name[(Name.IndexOf('.', StringComparison.Ordinal) + 1)..].Split('.') : [];

    /// <summary>Without a choice.</summary>
    public static ImmutableArray<RecordColumn> Default { get; } =
        [.. Enum.GetValues<ColumnKind>().Where(kind => kind < ColumnKind.Field).Select(kind => new RecordColumn(kind, NameOf(kind)))];

    /// <summary>Without its kind's prefix.</summary>
    public string Head => Name[(Name.IndexOf('.', StringComparison.Ordinal) + 1)..];

    /// <param name="text">Names with commas; null or empty: the default ones.</param>
    /// <exception cref="FormatException">Says what there is.</exception>
    public static ImmutableArray<RecordColumn> Parse(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return Default;
        }

        ImmutableArray<RecordColumn> columns = [.. text.Split(',').Select(One).Distinct()];
        return columns.Length <= Most ? columns : throw new FormatException($"columns: there are {columns.Length}; {Most} is the most.");
    }

    public static string Write(IEnumerable<RecordColumn> columns) => string.Join(',', columns.Select(c => c.Name));

    /// <summary>Of a field or a header as text; null where the record has none. Several under a list, with commas.</summary>
    public string? Of(FoundRecord record)
    {
        if (Kind == ColumnKind.Header)
        {
            var headers = record.Message.Headers.Where(h => h.Name == Head).ToList();
            var texts = headers.Take(MostValues).Select(h => ViewedRecord.HeaderText(h) ?? "null");
            return headers.Count == 0 ? null : string.Join(", ", texts);
        }

        var body = Name.StartsWith(KeyPrefix, StringComparison.Ordinal) ? record.Key : record.Value;
        if (Kind != ColumnKind.Field || body?.Json is not { } root)
        {
            return null;
        }

        var values = new List<string>();
        JsonSteps.Any(root, steps, at =>
        {
            values.Add(at.ValueKind == JsonValueKind.String ? at.GetString()! : at.GetRawText());
            return values.Count >= MostValues;
        });
        return values.Count == 0 ? null : string.Join(", ", values);
    }

    public bool Equals(RecordColumn? other) => other is not null && Name == other.Name;

    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);

    static RecordColumn One(string name)
    {
        if (name.Length > MostCharacters)
        {
            throw new FormatException($"columns: a name of {name.Length} characters is no path; {MostCharacters} is the most.");
        }

        if (Default.FirstOrDefault(column => column.Name == name) is { } fixedOne)
        {
            return fixedOne;
        }

        var isHeader = name.StartsWith(HeaderPrefix, StringComparison.Ordinal) && name.Length > HeaderPrefix.Length;
        var isField = (name.StartsWith(ValuePrefix, StringComparison.Ordinal) || name.StartsWith(KeyPrefix, StringComparison.Ordinal))
            && name.Split('.').All(step => step.Length > 0);
        return isHeader ? new(ColumnKind.Header, name)
            : isField ? new(ColumnKind.Field, name)
            : throw new FormatException(
                $"columns: \"{name}\" is none of {Write(Default)}, value.PATH, key.PATH and header.NAME.");
    }

    static string NameOf(ColumnKind kind) => kind.ToString().ToLowerInvariant();
}
