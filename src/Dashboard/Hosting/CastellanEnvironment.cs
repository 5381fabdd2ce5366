using System.Collections;

namespace Dashboard.Hosting;

/// <summary>CASTELLAN_DATA, CASTELLAN_BROKERS … as keys of the section "Castellan".</summary>
static class CastellanEnvironment
{
    const string Prefix = "CASTELLAN_";

    public static IEnumerable<KeyValuePair<string, string?>> Read() =>
        Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .Where(variable => ((string)variable.Key).StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            .Select(variable => KeyValuePair.Create($"{CastellanOptions.Section}:{((string)variable.Key)[Prefix.Length..]}", (string?)variable.Value));
}
