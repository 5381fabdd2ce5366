using System.Collections.Concurrent;

namespace Dashboard.Components.Foundation.Lists;

/// <summary>A filter of a list: its name in the address, its glyph, what it leaves.</summary>
public sealed record ListKind<T>(string Is, string Glyph, Func<T, bool> Where);

/// <summary>How rows are named (uniquely), sorted and filtered.</summary>
public sealed record ListShape<T>(
    Func<T, string> Name, IReadOnlyDictionary<string, Func<T, IComparable?>> Columns, IReadOnlyList<ListKind<T>> Kinds)
{
    /// <summary>What a text filter looks into, where that is more than the name.</summary>
    public Func<T, string> Text { get; init; } = Name;
}

/// <summary>
/// All rows of a list as one snapshot has them. Each order and each count is worked out once, for all readers of that snapshot: a
/// page of a long list costs its rows and not the list. Immutable but for what it remembers; safe from any thread.
/// </summary>
public sealed class ListRows<T>(IReadOnlyList<T> all, ListShape<T> shape)
    where T : class
{
    readonly ConcurrentDictionary<string, T[]> orders = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, int> counts = new(StringComparer.Ordinal);
    readonly Lazy<Dictionary<string, T>> byName = new(() => all.ToDictionary(shape.Name, StringComparer.Ordinal));

    public IReadOnlyList<T> All => all;

    public IReadOnlyList<ListKind<T>> Kinds => shape.Kinds;

    public T? Find(string name) => byName.Value.GetValueOrDefault(name);

    public int Count(ListKind<T> kind) => counts.GetOrAdd(kind.Is, _ => all.Count(kind.Where));

    /// <summary>The page that the address asks for, and how many rows its filters leave.</summary>
    public (ArraySegment<T> Rows, int Matching) Part(ListState list) => list.Cut(Found(list));

    /// <summary>All rows that the filters of the address leave, in its order.</summary>
    /// <param name="where">What else they must be; null: nothing.</param>
    public T[] Found(ListState list, Func<T, bool>? where = null)
    {
        var found = Ordered(list);
        var kind = shape.Kinds.FirstOrDefault(k => k.Is == list.Is);
        return kind is null && list.Text.Length == 0 && where is null
            ? found
            : [.. found.Where(r => list.Matches(shape.Text(r)) && kind?.Where(r) != false && where?.Invoke(r) != false)];
    }

    /// <summary>Orders that no list offers are not remembered apart: addresses may have any text.</summary>
    T[] Ordered(ListState list) =>
        // not by list.Sort: "-name" and "--name" are the same order
        orders.GetOrAdd(
            shape.Columns.ContainsKey(list.Column) ? (list.Descending ? "-" : "") + list.Column : "",
            _ => [.. list.Order(all, shape.Columns, shape.Name)]);
}
