using System.Collections;
using Dashboard.Nodes;

namespace Dashboard.Hosting;

/// <summary>
/// CASTELLAN_DATA, CASTELLAN_BROKERS … as keys of the section "Castellan"; two underscores stand for the colon of a key, as in
/// CASTELLAN_CLUSTERS__0__KAFKA. An empty one is as good as none. Settings of nodes are one variable,
/// CASTELLAN_BROKERCONFIG="KEY=VALUE;KEY=VALUE", since their names are no names for a shell.
/// </summary>
static class CastellanEnvironment
{
    const string Prefix = "CASTELLAN_";

    public static IEnumerable<KeyValuePair<string, string?>> Read() =>
        Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .Where(variable => ((string)variable.Key).StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            .Where(variable => variable.Value is string { Length: > 0 })
            .SelectMany(variable => Settings(((string)variable.Key)[Prefix.Length..], (string)variable.Value!));

    static IEnumerable<KeyValuePair<string, string?>> Settings(string name, string value)
    {
        if (!name.Equals(nameof(CastellanOptions.BrokerConfig), StringComparison.OrdinalIgnoreCase)
            && !name.Equals(nameof(CastellanOptions.CoordinatorConfig), StringComparison.OrdinalIgnoreCase))
        {
            return [KeyValuePair.Create($"{CastellanOptions.Section}:{name.Replace("__", ":", StringComparison.Ordinal)}", (string?)value)];
        }

        return value.Split([';', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(setting => setting.Split('=', 2, StringSplitOptions.TrimEntries) is [{ Length: > 0 } key, var set]
                ? KeyValuePair.Create($"{CastellanOptions.Section}:{name}:{key}", (string?)set)
                : throw new HostingException(
                    $"{Prefix}{name.ToUpperInvariant()}: \"{setting}\" is not KEY=VALUE; "
                    + "several stand behind each other with a semicolon between."));
    }
}
