using System.Text.RegularExpressions;
using Testing;

namespace Browser.Tests;

/// <summary>The one-time link that a program prints when nobody can sign in yet.</summary>
static partial class FirstStart
{
    public static async Task<string> LinkAsync(RunningDashboard dashboard)
    {
        await Eventually.TrueAsync(() => dashboard.Output.Any(line => LinkLine().IsMatch(line)), "the link is printed");
        return dashboard.Output.Select(line => LinkLine().Match(line)).First(match => match.Success).Value;
    }

    [GeneratedRegex(@"http://\S+/sign-in/first\?code=\S+")]
    private static partial Regex LinkLine();
}
