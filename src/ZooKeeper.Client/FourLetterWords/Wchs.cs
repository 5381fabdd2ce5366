using System.Globalization;
using System.Text.RegularExpressions;

namespace ZooKeeper.Client.FourLetterWords;

/// <summary>The answer to wchs: how many connections watch how many paths.</summary>
public sealed partial record Wchs(long Connections, long Paths, long Watches)
{
    /// <exception cref="FormatException">It says something else.</exception>
    public static Wchs Parse(string answer)
    {
        var match = Pattern().Match(answer);
        return match.Success
            ? new Wchs(Whole(1), Whole(2), Whole(3))
            : throw new FormatException("That is no answer to wchs.");

        long Whole(int group) => long.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"^(\d{1,18}) connections watching (\d{1,18}) paths\s+Total watches:(\d{1,18})", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
