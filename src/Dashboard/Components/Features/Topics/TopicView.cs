using System.Collections.Immutable;

namespace Dashboard.Components.Features.Topics;

public enum Favourites
{
    /// <summary>They stand where the order puts them.</summary>
    Among,
    First,
    Only,
}

/// <summary>How the list of topics is looked at: all of it stands in the address, and the browser keeps the last.</summary>
/// <param name="Columns">By id, in the order of <see cref="TopicColumn.All"/>.</param>
/// <param name="Tree">What parts names into a tree: one of <see cref="Separators"/>; null: a plain list.</param>
/// <param name="Open">Folders of the tree that are open, by what their topics begin with.</param>
public sealed record TopicView(
    ImmutableArray<string> Columns, bool HidesInternal, Favourites Favourites, char? Tree, ImmutableSortedSet<string> Open)
{
    /// <summary>As many open folders as an address carries.</summary>
    const int MostOpen = 60;

    public static readonly ImmutableArray<char> Separators = ['.', '_', '-'];

    /// <summary>The names that stand for it in an address.</summary>
    public static readonly ImmutableArray<string> Names = ["columns", "internal", "favourites", "tree", "open"];

    public static readonly TopicView Default = new(
        [.. TopicColumn.All.Where(column => column.IsUsual).Select(column => column.Id)], false, Favourites.Among, null, []);

    public bool Shows(string column) => Columns.Contains(column);

    /// <summary>What differs from <see cref="Default"/>.</summary>
    public ImmutableArray<(string Name, string Value)> Query
    {
        get
        {
            var query = ImmutableArray.CreateBuilder<(string, string)>();
            if (!Columns.SequenceEqual(Default.Columns))
            {
                query.Add(("columns", Columns.Length == 0 ? "none" : string.Join(',', Columns)));
            }

            if (HidesInternal)
            {
                query.Add(("internal", "hidden"));
            }

            if (Favourites != Favourites.Among)
            {
                query.Add(("favourites", Favourites == Favourites.First ? "first" : "only"));
            }

            if (Tree is { } separator)
            {
                query.Add(("tree", separator.ToString()));
                if (Open.Count > 0)
                {
                    query.Add(("open", string.Join(',', Open)));
                }
            }

            return query.ToImmutable();
        }
    }

    /// <summary>Anybody's text: what it does not know it leaves out.</summary>
    /// <param name="part">What the address has under a name; null: nothing.</param>
    public static TopicView Of(Func<string, string?> part)
    {
        var columns = part("columns") is { Length: > 0 } named
            ? TopicColumn.All.Select(column => column.Id).Where(id => named.Split(',').Contains(id)).ToImmutableArray()
            : Default.Columns;
        char? tree = part("tree") is [var separator] && Separators.Contains(separator) ? separator : null;
        var open = (part("open") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries).Take(MostOpen);
        return new(
            columns,
            part("internal") == "hidden",
            part("favourites") switch { "first" => Favourites.First, "only" => Favourites.Only, _ => Favourites.Among },
            tree,
            tree is null ? [] : [.. open]);
    }

    /// <summary>With a column more, or without it.</summary>
    public TopicView Turn(string column) => this with
    {
        Columns = [.. TopicColumn.All.Select(one => one.Id).Where(id => id == column ? !Shows(id) : Shows(id))],
    };

    /// <summary>With a folder open that is shut, or shut with those in it.</summary>
    public TopicView Fold(string folder) => this with
    {
        Open = Open.Contains(folder)
            ? [.. Open.Where(one => !one.StartsWith(folder, StringComparison.Ordinal))]
            : [.. Open.Add(folder).TakeLast(MostOpen)],
    };
}
