using System.Globalization;

namespace Dashboard.Components.Foundation.Lists;

/// <summary>What a list shows, as it stands in the address: text filter, chip, order, page. Every change of it is a link.</summary>
/// <param name="Path">The list's address without a query.</param>
/// <param name="Text">"Name contains".</param>
/// <param name="Is">The chip that is chosen; empty: all.</param>
/// <param name="Sort">The column, with "-" before it for descending.</param>
/// <param name="Page">From 1.</param>
/// <param name="DefaultSort">Left out of the address.</param>
/// <param name="Size">Rows a page.</param>
public sealed record ListState(string Path, string Text, string Is, string Sort, int Page, string DefaultSort, int Size)
{
    /// <summary>Unless a list has another.</summary>
    public const int PageSize = 50;

    /// <summary>Sizes of a page that may be asked for in the address; empty: it has one.</summary>
    public IReadOnlyList<int> Sizes { get; init; } = [];

    /// <summary>Left out of the address.</summary>
    public int DefaultSize { get; init; } = Size;

    /// <summary>What else stands in the address and stays there whatever is filtered and sorted.</summary>
    public IReadOnlyList<(string Name, string Value)> More { get; init; } = [];

    public bool Descending => Sort.StartsWith('-');

    public string Column => Sort.TrimStart('-');

    public string Address => Href();

    public static ListState Of(string path, string? text, string? chip, string? sort, int? page, string defaultSort, int size = PageSize) =>
        new(path, text ?? "", chip ?? "", string.IsNullOrEmpty(sort) ? defaultSort : sort, Math.Max(1, page ?? 1), defaultSort, size);

    /// <summary>The same list with something else; another filter or order starts at the first page.</summary>
    public string Href(string? text = null, string? chip = null, string? sort = null, int? page = null, int? size = null)
    {
        var stays = text is null && chip is null && sort is null && size is null;
        var next = this with
        {
            Text = text ?? Text,
            Is = chip ?? Is,
            Sort = sort ?? Sort,
            // other rows, another order: the third page of it would be any rows
            Page = page ?? (stays ? Page : 1),
            Size = size ?? Size,
        };
        var query = new List<string>();
        Add("q", next.Text);
        Add("is", next.Is);
        Add("sort", next.Sort == DefaultSort ? "" : next.Sort);
        Add("page", next.Page == 1 ? "" : next.Page.ToString(CultureInfo.InvariantCulture));
        Add("size", next.Size == DefaultSize ? "" : next.Size.ToString(CultureInfo.InvariantCulture));
        query.AddRange(More.Where(one => one.Value.Length > 0).Select(one => $"{one.Name}={Readable(one.Value)}"));

        return query.Count == 0 ? Path : $"{Path}?{string.Join('&', query)}";

        void Add(string name, string value)
        {
            if (value.Length > 0)
            {
                query.Add($"{name}={Uri.EscapeDataString(value)}");
            }
        }
    }

    /// <summary>Commas and colons need no escape in a query, and lists and pairs are read with them.</summary>
    // both may stand unescaped in a query, and people read and send these addresses
    static string Readable(string value) => Uri.EscapeDataString(value).Replace("%2C", ",", StringComparison.Ordinal)
        .Replace("%3A", ":", StringComparison.Ordinal);

    /// <summary>Of all rows that were found, the page that the address asks for, and how many there are.</summary>
    public (ArraySegment<T> Rows, int Matching) Cut<T>(T[] found)
    {
        // a page from an address may be any number
        var from = (int)Math.Min(found.Length, (Page - 1L) * Size);
        return (new(found, from, Math.Min(Size, found.Length - from)), found.Length);
    }

    /// <summary>What a form that asks for another text keeps of the address.</summary>
    public IEnumerable<(string Name, string Value)> Kept =>
        new (string Name, string Value)[]
        {
            ("is", Is), ("sort", Sort == DefaultSort ? "" : Sort),
            ("size", Size == DefaultSize ? "" : Size.ToString(CultureInfo.InvariantCulture)),
        }.Concat(More).Where(one => one.Value.Length > 0);

    /// <summary>The filters that would leave something, and the chosen one; before them that of all rows.</summary>
    /// <param name="words">Of all rows.</param>
    /// <param name="all">How many rows there are without a filter.</param>
    public List<Chip> Chips(string words, int all, IEnumerable<Chip> filters) =>
        [new("", words, all), .. filters.Where(c => c.Count > 0 || c.Is == Is)];

    /// <summary>Clicking a column sorts by it; clicking it again turns the order around.</summary>
    public string SortHref(string column, bool descendingFirst) =>
        Href(sort: Column == column ? (Descending ? column : "-" + column) : descendingFirst ? "-" + column : column);

    public bool Matches(string name) => Text.Length == 0 || name.Contains(Text, StringComparison.OrdinalIgnoreCase);

    /// <summary>Sorted by the chosen column, ties by <paramref name="tie"/>; unknown columns fall back to the tie alone.</summary>
    public IEnumerable<T> Order<T>(IEnumerable<T> rows, IReadOnlyDictionary<string, Func<T, IComparable?>> columns, Func<T, string> tie)
    {
        if (!columns.TryGetValue(Column, out var key))
        {
            return rows.OrderBy(tie, StringComparer.Ordinal);
        }
        // what is unknown comes last either way
        var ordered = Descending ? rows.OrderByDescending(key, Unknown.Last) : rows.OrderBy(key, Unknown.First);
        return ordered.ThenBy(tie, StringComparer.Ordinal);
    }

    /// <summary>Orders what is not known to the end, whichever way the list is sorted.</summary>
    sealed class Unknown(int sign) : IComparer<IComparable?>
    {
        public static readonly Unknown First = new(1);
        public static readonly Unknown Last = new(-1);

        public int Compare(IComparable? left, IComparable? right) => (left, right) switch
        {
            (null, null) => 0,
            (null, _) => sign,
            (_, null) => -sign,
            (string a, string b) => string.CompareOrdinal(a, b),
            _ => left.CompareTo(right),
        };
    }
}
