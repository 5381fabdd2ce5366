namespace Dashboard.Components.Foundation.Lists;

/// <summary>
/// The rows on the screen. Nothing moves under a pointer: while it is in the list, rows change in place and leave when they are gone, but a
/// new order and new rows wait. One page owns it.
/// </summary>
public sealed class HeldRows<T>(Func<T, string> name)
    where T : class
{
    ListState? address;

    public IReadOnlyList<T> Shown { get; private set; } = [];

    /// <summary>A pointer is in the list.</summary>
    public bool Held { get; set; }

    /// <summary>Rows that would come in.</summary>
    public int New { get; private set; }

    /// <summary>The rows would stand in another order.</summary>
    public bool Reordered { get; private set; }

    /// <param name="next">The rows as they would be.</param>
    /// <param name="find">A row as it is now; null when it is gone.</param>
    /// <param name="list">Another address is another list: it is shown at once.</param>
    public void Set(IReadOnlyList<T> next, Func<string, T?> find, ListState list)
    {
        if (!Held || list != address)
        {
            (Shown, New, Reordered, address) = (next, 0, false, list);
            return;
        }
        Shown = [.. Shown.Select(r => find(name(r))).OfType<T>()];
        var kept = Shown.Select(name).ToList();
        var wanted = next.Select(name).ToList();
        New = wanted.Except(kept, StringComparer.Ordinal).Count();
        Reordered = New == 0 && !wanted.SequenceEqual(kept, StringComparer.Ordinal);
    }
}
