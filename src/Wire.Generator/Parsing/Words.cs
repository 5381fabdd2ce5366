using System.Globalization;
using Wire.Generator.Model;

namespace Wire.Generator.Parsing;

/// <summary>Words of the language: version ranges, names, numbers.</summary>
static class Words
{
    /// <summary><c>7</c>, <c>2-5</c> or <c>0+</c>.</summary>
    public static bool TryRange(string word, out VersionRange range)
    {
        range = VersionRange.None;
        if (word.EndsWith("+", StringComparison.Ordinal))
        {
            if (!TryVersion(word.Substring(0, word.Length - 1), out var from))
            {
                return false;
            }

            range = new VersionRange(from, short.MaxValue);
            return true;
        }

        var dash = word.IndexOf('-');
        var low = dash < 0 ? word : word.Substring(0, dash);
        var high = dash < 0 ? word : word.Substring(dash + 1);
        if (!TryVersion(low, out var first) || !TryVersion(high, out var last) || first > last)
        {
            return false;
        }

        range = new VersionRange(first, last);
        return true;
    }

    public static bool TryVersion(string word, out short version) =>
        // None: no sign and no blanks, so that "-1" is no version and "2--1" no range
        short.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out version);

    /// <summary>A field's name: letters and digits, a letter first; a capital one where <paramref name="capital"/> says so.</summary>
    public static bool IsName(string word, bool capital)
    {
        if (word.Length == 0 || !IsLetter(word[0]) || (capital && !(word[0] is >= 'A' and <= 'Z')))
        {
            return false;
        }

        foreach (var c in word)
        {
            if (!IsLetter(c) && !(c is >= '0' and <= '9') && c != '_')
            {
                return false;
            }
        }

        return true;
    }

    static bool IsLetter(char c) => c is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z');
}
