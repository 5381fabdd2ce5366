namespace Runner;

/// <summary>
/// eng/flaky.txt: tests, or projects whose run was cut off, that may pass only at their second run; each with the reason behind its name.
/// </summary>
sealed class Excuses(IEnumerable<string> lines)
{
    readonly HashSet<string> names =
    [
        .. lines.Where(line => !line.StartsWith('#')).Select(line => line.Split(' ', 2))
            .Where(parts => parts is [_, { Length: > 0 }])
            .Select(parts => parts[0]),
    ];

    public bool Has(string name) => names.Contains(name);
}
