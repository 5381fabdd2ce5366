using System.Text;

namespace Dashboard.Messages.Filters;

/// <summary>Looks for a text in bytes, as UTF-8, with the processor's vectors.</summary>
sealed class ByteSearch
{
    /// <summary>The letters of English and of JSON from frequent to rare: what a search anchors at should stop it seldom.</summary>
    const string Frequent = "\" ,:0123456789etaoinshrdlucmwfygpbvkxjqz";

    readonly byte[] needle;
    readonly int anchor;
    readonly byte lower, upper;
    readonly bool ignoreCase;

    /// <param name="ignoreCase">Of the letters A to Z; the text is ASCII then.</param>
    public ByteSearch(string text, bool ignoreCase)
    {
        this.ignoreCase = ignoreCase;
        needle = Encoding.UTF8.GetBytes(ignoreCase ? text.ToLowerInvariant() : text);
        anchor = Enumerable.Range(0, needle.Length).MaxBy(i => Rarity((char)needle[i]));
        (lower, upper) = (needle[anchor], (byte)char.ToUpperInvariant((char)needle[anchor]));
    }

    public bool IsIn(ReadOnlySpan<byte> bytes) => ignoreCase ? IsInIgnoringCase(bytes) : bytes.IndexOf(needle) >= 0;

    bool IsInIgnoringCase(ReadOnlySpan<byte> bytes)
    {
        // the anchor cannot stand nearer to either end than it does in the needle
        for (var from = anchor; from < bytes.Length;)
        {
            var found = bytes[from..].IndexOfAny(lower, upper);
            if (found < 0)
            {
                return false;
            }

            var start = from + found - anchor;
            if (start + needle.Length > bytes.Length)
            {
                return false;
            }

            if (Ascii.EqualsIgnoreCase(bytes.Slice(start, needle.Length), needle))
            {
                return true;
            }

            from += found + 1;
        }

        return false;
    }

    static int Rarity(char one) =>
        Frequent.IndexOf(char.ToLowerInvariant(one), StringComparison.Ordinal) is var at and >= 0 ? at : Frequent.Length;
}
