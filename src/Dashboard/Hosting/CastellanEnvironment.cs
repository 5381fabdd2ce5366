using System.Collections;

namespace Dashboard.Hosting;

/// <summary>CASTELLAN_DATA, CASTELLAN_BROKERS … as keys of the section "Castellan". An empty one is as good as none.</summary>
static class CastellanEnvironment
{
    const string Prefix = "CASTELLAN_";

    public static IEnumerable<KeyValuePair<string, string?>> Read() =>
        Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .Where(variable => ((string)variable.Key).StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) && variable.Value is string { Length: > 0 })
            .Select(variable => KeyValuePair.Create($"{CastellanOptions.Section}:{((string)variable.Key)[Prefix.Length..]}", (string?)variable.Value));
}
