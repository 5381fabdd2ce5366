using System.Text;

namespace Dashboard.Monitoring.Model;

/// <summary>
/// The names of a parent's children as they came over the wire: one run of UTF-8 and where each name ends, since a parent may have hundreds
/// of thousands. What is shown is picked out of it in order; nothing is decoded or sorted beyond that. Immutable, and shared by everyone
/// who looks at the parent.
/// </summary>
public sealed class ChildNames(byte[] utf8, int[] ends)
{
    /// <summary>Up to so many names are picked out without sorting all.</summary>
    const int PickedAtMost = 1000;

    int[]? sorted;

    public static ChildNames None { get; } = new([], []);

    public int Count => ends.Length;

    /// <summary>Bytes of the answer that lists them: a length before each name.</summary>
    public long WireLength => utf8.Length + (4L * ends.Length);

    public static ChildNames Of(IEnumerable<string> names)
    {
        var list = names.Select(Encoding.UTF8.GetBytes).ToList();
        var (end, ends) = (0, new List<int>());
        list.ForEach(name => ends.Add(end += name.Length));
        return new ChildNames([.. list.SelectMany(name => name)], [.. ends]);
    }

    /// <summary>In order of their code points.</summary>
    /// <param name="filter">Part of the name, in either case; empty: all.</param>
    /// <returns>The names from <paramref name="skip"/> on, and how many there are for the filter.</returns>
    public (IReadOnlyList<string> Names, int Matching) Part(int skip, int take, string filter = "")
    {
        if (filter.Length == 0)
        {
            return ([.. First(skip + take).Skip(skip).Take(take).Select(Name)], Count);
        }

        var matching = Enumerable.Range(0, Count).Where(i => Matches(i, filter)).ToArray();
        Array.Sort(matching, Compare);
        return ([.. matching.Skip(skip).Take(take).Select(Name)], matching.Length);
    }

    /// <summary>All, decoded.</summary>
    public IEnumerable<string> All() => Sorted().Select(Name);

    /// <summary>The least, in order: at least <paramref name="count"/> of them.</summary>
    IEnumerable<int> First(int count)
    {
        if (sorted is not null || count > PickedAtMost || Count <= PickedAtMost)
        {
            return Sorted();
        }

        var least = new PriorityQueue<int, int>(Comparer<int>.Create((a, b) => Compare(b, a)));
        for (var i = 0; i < Count; i++)
        {
            if (least.Count < count)
            {
                least.Enqueue(i, i);
            }
            else if (Compare(i, least.Peek()) < 0)
            {
                least.DequeueEnqueue(i, i);
            }
        }

        var picked = least.UnorderedItems.Select(item => item.Element).ToArray();
        Array.Sort(picked, Compare);
        return picked;
    }

    int[] Sorted()
    {
        if (sorted is null)
        {
            var order = Enumerable.Range(0, Count).ToArray();
            Array.Sort(order, Compare);
            sorted = order;
        }

        return sorted;
    }

    ReadOnlySpan<byte> Utf8(int index) => utf8.AsSpan(index == 0 ? 0 : ends[index - 1], ends[index] - (index == 0 ? 0 : ends[index - 1]));

    int Compare(int a, int b) => Utf8(a).SequenceCompareTo(Utf8(b));

    string Name(int index) => Encoding.UTF8.GetString(Utf8(index));

    bool Matches(int index, string filter)
    {
        var name = Utf8(index);
        Span<char> text = name.Length <= 256 ? stackalloc char[name.Length] : new char[name.Length];
        var length = Encoding.UTF8.GetChars(name, text);
        return text[..length].Contains(filter, StringComparison.OrdinalIgnoreCase);
    }
}
