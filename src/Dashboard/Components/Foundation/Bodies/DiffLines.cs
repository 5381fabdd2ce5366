using System.Collections.Immutable;
using DiffPlex.DiffBuilder;
using DiffPlex.DiffBuilder.Model;

namespace Dashboard.Components.Foundation.Bodies;

/// <summary>A line of two texts beside each other.</summary>
/// <param name="Before">Null: there is none on this side.</param>
/// <param name="After">Null: there is none on this side.</param>
/// <param name="Skipped">Instead of a line: so many that are the same are left out here.</param>
public sealed record DiffLine(DiffSide? Before, DiffSide? After, int Skipped = 0)
{
    public bool IsSame => Before is { IsChanged: false } && After is { IsChanged: false };
}

/// <param name="Number">From 1.</param>
/// <param name="Pieces">The line in order, and which of it the other side does not have.</param>
public sealed record DiffSide(int Number, bool IsChanged, ImmutableArray<(string Text, bool IsChanged)> Pieces);

/// <summary>
/// What differs between two texts, line by line, with a few lines around each change. Of long texts the first <see cref="MostLines"/> lines
/// are compared: what a comparison costs grows with the square of what differs.
/// </summary>
public sealed record DiffLines(ImmutableArray<DiffLine> Lines, bool IsEqual, bool IsCut)
{
    public const int MostLines = 2_000;

    /// <summary>A line that is longer is compared as a whole, not by its words.</summary>
    const int MostCharacters = 2_000;

    const int Around = 3;

    public static DiffLines Of(string before, string after)
    {
        var (one, isCut) = Beginning(before);
        var (other, isOtherCut) = Beginning(after);
        // comparing words takes time with the square of a line's length; minified JSON is one line
        var wordByWord = LongestLine(one) <= MostCharacters && LongestLine(other) <= MostCharacters;
        var builder = wordByWord ? SideBySideDiffBuilder.Diff(one, other, ignoreWhiteSpace: false) : Whole(one, other);
        var lines = builder.OldText.Lines.Zip(builder.NewText.Lines, (o, n) => new DiffLine(Side(o), Side(n))).ToList();
        return new([.. Shortened(lines)], lines.All(line => line.IsSame), isCut || isOtherCut);
    }

    static SideBySideDiffModel Whole(string before, string after) =>
        new SideBySideDiffBuilder(DiffPlex.Differ.Instance, DiffPlex.Chunkers.LineChunker.Instance, DiffPlex.Chunkers.LineChunker.Instance)
            .BuildDiffModel(before, after, ignoreWhitespace: false);

    static (string Text, bool IsCut) Beginning(string text)
    {
        var at = -1;
        for (var line = 0; line < MostLines; line++)
        {
            at = text.IndexOf('\n', at + 1);
            if (at < 0)
            {
                return (text, false);
            }
        }

        return (text[..at], true);
    }

    static int LongestLine(string text)
    {
        var longest = 0;
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            longest = Math.Max(longest, line.Length);
        }

        return longest;
    }

    static DiffSide? Side(DiffPiece piece) => piece.Type == ChangeType.Imaginary || piece.Position is not { } number ? null : new(
        number, piece.Type != ChangeType.Unchanged, piece is { Type: ChangeType.Modified, SubPieces.Count: > 0 }
            ? [.. piece.SubPieces.Where(p => p.Type != ChangeType.Imaginary).Select(p => (p.Text, p.Type != ChangeType.Unchanged))]
            : [(piece.Text ?? "", false)]);

    static IEnumerable<DiffLine> Shortened(List<DiffLine> lines)
    {
        var changes = lines.Index().Where(line => !line.Item.IsSame).Select(line => line.Index).ToList();
        for (var (at, next) = (0, 0); at < lines.Count;)
        {
            while (next < changes.Count && changes[next] < at)
            {
                next++;
            }

            var (last, coming) = (next > 0 ? changes[next - 1] : -Around - 1, next < changes.Count ? changes[next] : lines.Count + Around);
            var from = Math.Max(at, last + Around + 1);
            var skipped = Math.Min(lines.Count, coming - Around) - from;
            // a note "1 line skipped" would take as much room as the line
            if (from > at || skipped <= 1)
            {
                yield return lines[at++];
                continue;
            }

            yield return new DiffLine(null, null, skipped);
            at += skipped;
        }
    }
}
