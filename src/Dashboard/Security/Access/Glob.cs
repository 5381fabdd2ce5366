using System.Collections.Immutable;

namespace Dashboard.Security.Access;

/// <summary>
/// Patterns of clusters' ids and of names: <c>*</c> stands for any run of characters, also none; everything else for itself. The whole name
/// has to fit, and case counts: <c>payments.*</c> fits payments.in, and neither payments nor my-payments.in nor Payments.in.
/// </summary>
static class Glob
{
    public static readonly ImmutableArray<string> Everything = ["*"];

    public static bool Fits(ImmutableArray<string> patterns, string text)
    {
        foreach (var pattern in patterns)
        {
            if (Fits(pattern, text))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>In steps of at most length × length: after a miss only the last star takes one character more.</summary>
    public static bool Fits(string pattern, string text)
    {
        var (p, t, star, taken) = (0, 0, -1, 0);
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                (star, taken) = (p++, t);
            }
            else if (p < pattern.Length && pattern[p] == text[t])
            {
                (p, t) = (p + 1, t + 1);
            }
            else if (star >= 0)
            {
                // back to the last star, which takes one more: earlier ones need no second try, so the time is at most the lengths' product
                (p, t) = (star + 1, ++taken);
            }
            else
            {
                return false;
            }
        }

        return pattern.AsSpan(p).TrimStart('*').IsEmpty;
    }
}
