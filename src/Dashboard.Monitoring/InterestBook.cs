using System.Collections.Immutable;

namespace Dashboard.Monitoring;

/// <summary>
/// Which groups are on open pages. Bounded: the first <see cref="OfOne"/> of each page, and <see cref="OfAll"/> together, every page
/// getting its share.
/// </summary>
/// <param name="came">Called when a group is looked at that was not before.</param>
sealed class InterestBook(Action came) : IInterest
{
    public const int OfOne = 50, OfAll = 200;

    readonly Lock gate = new();
    readonly HashSet<Eyes> open = [];
    ImmutableArray<string> groups = [];

    /// <summary>Each once. Safe from any thread.</summary>
    public ImmutableArray<string> Groups
    {
        get
        {
            lock (gate)
            {
                return groups;
            }
        }
    }

    public ILook Look() => new Eyes(this);

    void Set(Eyes eyes, ImmutableArray<string> seen)
    {
        bool isNew;
        lock (gate)
        {
            eyes.Groups = seen;
            _ = seen.IsEmpty ? open.Remove(eyes) : open.Add(eyes);
            var before = groups;
            // the first of each page, then the second of each: a page with many takes nothing from the others
            var ordered = open.SelectMany(one => one.Groups.Index()).OrderBy(one => one.Index).Select(one => one.Item);
            groups = [.. ordered.Distinct().Take(OfAll)];
            isNew = groups.Except(before).Any();
        }

        // only for what is new: scrolling through groups that are read already must not cause readings
        if (isNew)
        {
            came();
        }
    }

    sealed class Eyes(InterestBook book) : ILook
    {
        bool closed;

        public ImmutableArray<string> Groups { get; set; } = [];

        public void At(IEnumerable<string> groups)
        {
            ImmutableArray<string> seen = [.. groups.Take(OfOne)];
            if (!closed && !seen.AsSpan().SequenceEqual(Groups.AsSpan()))
            {
                book.Set(this, seen);
            }
        }

        public void Dispose()
        {
            closed = true;
            book.Set(this, []);
        }
    }
}
