using System.Collections.Immutable;

namespace Dashboard.Components.Palette;

/// <summary>How well a name fits what was typed, best last.</summary>
public enum MatchTier
{
    None,

    /// <summary>All letters, in this order, anywhere.</summary>
    Subsequence,
    Inside,

    /// <summary>Letters at the beginnings of its words: "ocd" for orders-checkout.dlq.</summary>
    WordStarts,

    /// <summary>At the beginning of one of its words.</summary>
    Word,
    Prefix,
    Exact,
}

/// <summary>
/// Fits a few typed letters to names. Pure, and allocates nothing while it only ranks: it is asked of tens of thousands of names a key.
/// Words of what was typed, apart by blanks, are each looked for alone; the worst of them counts.
/// </summary>
public static class FuzzyMatch
{
    /// <summary>Words beyond these are not looked at.</summary>
    const int MostWords = 6;

    /// <summary>What was typed, as the other calls take it: the whole, and its words where it has several.</summary>
    public static ImmutableArray<string> Words(string typed)
    {
        var words = typed.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words.Length <= 1 ? [.. words] : [string.Join(' ', words), .. words.Take(MostWords)];
    }

    /// <param name="words">Of <see cref="Words"/>; empty fits nothing.</param>
    public static MatchTier Rank(ImmutableArray<string> words, string name)
    {
        if (words.Length == 0)
        {
            return MatchTier.None;
        }

        var whole = Rank(words[0], name);
        if (words.Length == 1 || whole >= MatchTier.Word)
        {
            return whole;
        }

        var worst = MatchTier.Word;
        for (var i = 1; i < words.Length && worst > MatchTier.None; i++)
        {
            var tier = Rank(words[i], name);
            worst = tier < worst ? tier : worst;
        }

        return worst > whole ? worst : whole;
    }

    /// <summary>Which letters of a name that fits were typed, one flag a letter.</summary>
    public static bool[] Marks(ImmutableArray<string> words, string name)
    {
        var marks = new bool[name.Length];
        var whole = words.Length == 0 ? MatchTier.None : Rank(words[0], name);
        if (words.Length <= 1 || whole >= MatchTier.Word)
        {
            Mark(words.Length == 0 ? "" : words[0], name, whole, marks);
            return marks;
        }

        foreach (var word in words.Skip(1))
        {
            Mark(word, name, Rank(word, name), marks);
        }

        return marks;
    }

    static MatchTier Rank(string word, string name)
    {
        var at = name.IndexOf(word, StringComparison.OrdinalIgnoreCase);
        if (at == 0)
        {
            return name.Length == word.Length ? MatchTier.Exact : MatchTier.Prefix;
        }

        if (at > 0)
        {
            return AtWord(word, name, at) >= 0 ? MatchTier.Word : WordStarts(word, name, null) ? MatchTier.WordStarts : MatchTier.Inside;
        }

        return !IsSubsequence(word, name, null) ? MatchTier.None
            : WordStarts(word, name, null) ? MatchTier.WordStarts : MatchTier.Subsequence;
    }

    static void Mark(string word, string name, MatchTier tier, bool[] marks)
    {
        switch (tier)
        {
            case MatchTier.Exact or MatchTier.Prefix:
                Array.Fill(marks, true, 0, word.Length);
                break;
            case MatchTier.Word or MatchTier.Inside:
                var first = name.IndexOf(word, StringComparison.OrdinalIgnoreCase);
                Array.Fill(marks, true, tier == MatchTier.Word ? AtWord(word, name, first) : first, word.Length);
                break;
            case MatchTier.WordStarts:
                WordStarts(word, name, marks);
                break;
            case MatchTier.Subsequence:
                IsSubsequence(word, name, marks);
                break;
        }
    }

    /// <summary>Where it stands at the beginning of a word, from <paramref name="at"/> on; -1: nowhere.</summary>
    static int AtWord(string word, string name, int at)
    {
        while (at >= 0 && !IsStart(name, at))
        {
            at = at + 1 < name.Length ? name.IndexOf(word, at + 1, StringComparison.OrdinalIgnoreCase) : -1;
        }

        return at;
    }

    static bool IsSubsequence(string word, string name, bool[]? marks)
    {
        var at = 0;
        for (var i = 0; i < name.Length && at < word.Length; i++)
        {
            if (Same(word[at], name[i]))
            {
                at++;
                marks?.SetValue(true, i);
            }
        }

        return at == word.Length;
    }

    /// <summary>Each letter follows the one before, or begins a later word; the first begins one.</summary>
    static bool WordStarts(string word, string name, bool[]? marks)
    {
        for (var first = 0; first < name.Length; first++)
        {
            if (IsStart(name, first) && Same(word[0], name[first]) && Follows(word, name, first, marks))
            {
                return true;
            }
        }

        return false;
    }

    static bool Follows(string word, string name, int first, bool[]? marks)
    {
        Span<int> taken = stackalloc int[Math.Min(word.Length, 64)];
        var at = first;
        for (var i = 0; i < word.Length && i < taken.Length; i++)
        {
            if (i > 0 && !(at < name.Length && Same(word[i], name[at])))
            {
                while (at < name.Length && !(IsStart(name, at) && Same(word[i], name[at])))
                {
                    at++;
                }
            }

            if (at >= name.Length)
            {
                return false;
            }

            taken[i] = at++;
        }

        foreach (var one in taken)
        {
            marks?.SetValue(true, one);
        }

        return word.Length <= taken.Length;
    }

    static bool IsStart(string name, int at) => char.IsLetterOrDigit(name[at])
        && (at == 0 || !char.IsLetterOrDigit(name[at - 1])
            || (char.IsUpper(name[at]) && char.IsLower(name[at - 1]))
            || (char.IsDigit(name[at]) && char.IsLetter(name[at - 1])));

    static bool Same(char left, char right) => left == right || char.ToUpperInvariant(left) == char.ToUpperInvariant(right);
}
