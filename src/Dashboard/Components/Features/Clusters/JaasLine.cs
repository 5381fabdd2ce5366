using System.Text.RegularExpressions;

namespace Dashboard.Components.Features.Clusters;

/// <summary>
/// sasl.jaas.config as a form fills it in: one login module and its options, quoted, as Kafka's documentation writes them.
/// </summary>
public static partial class JaasLine
{
    /// <summary>User and password of a PLAIN or SCRAM login.</summary>
    public static string Of(string mechanism, string user, string password) =>
        $"{Module(mechanism)} required username=\"{Quote(user)}\" password=\"{Quote(password)}\";";

    /// <summary>An option's value; null where there is none.</summary>
    public static string? Option(string? config, string name)
    {
        var found = config is null ? null : Options().Matches(config).FirstOrDefault(m => m.Groups[1].Value == name);
        return found is null ? null : Quoted().Replace(found.Groups[2].Success ? found.Groups[2].Value : found.Groups[3].Value, "$1");
    }

    static string Module(string mechanism) => "org.apache.kafka.common.security." + (mechanism.StartsWith("SCRAM", StringComparison.Ordinal)
        ? "scram.ScramLoginModule"
        : "plain.PlainLoginModule");

    static string Quote(string value) =>
        value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);

    [GeneratedRegex("""([\w.]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]+))""")]
    private static partial Regex Options();

    [GeneratedRegex(@"\\(.)")]
    private static partial Regex Quoted();
}
