using Wire.Security;

namespace Dashboard.Components.Features.Clusters;

/// <summary>
/// sasl.jaas.config as a form fills it in: one login module and its options, quoted, as Kafka's documentation writes them.
/// </summary>
public static class JaasLine
{
    /// <summary>User and password of a PLAIN or SCRAM login.</summary>
    /// <param name="before">What stood there: options of the same module that the form has no field for stay.</param>
    public static string Of(string mechanism, string user, string password, string? before = null)
    {
        var module = Module(mechanism);
        var entry = Entry(before);
        var others = entry?.ModuleName == module[(module.LastIndexOf('.') + 1)..]
            ? entry.Options.Where(option => option.Key is not ("username" or "password"))
            : [];
        var options = others.Select(option => $" {option.Key}=\"{Quote(option.Value)}\"");
        return $"{module} required username=\"{Quote(user)}\" password=\"{Quote(password)}\"{string.Concat(options)};";
    }

    /// <summary>An option's value; null where there is none.</summary>
    public static string? Option(string? config, string name) => Entry(config)?.Options.GetValueOrDefault(name);

    /// <summary>As the client will read it; also one that lacks only its end yet.</summary>
    static JaasEntry? Entry(string? config)
    {
        foreach (var text in config is null ? Array.Empty<string>() : [config, $"{config};"])
        {
            try
            {
                return JaasEntry.Parse(text);
            }
            catch (FormatException)
            {
                // what is wrong with it is said at its field
            }
        }

        return null;
    }

    static string Module(string mechanism) => "org.apache.kafka.common.security." + (mechanism.StartsWith("SCRAM", StringComparison.Ordinal)
        ? "scram.ScramLoginModule"
        : "plain.PlainLoginModule");

    static string Quote(string value) =>
        value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
}
