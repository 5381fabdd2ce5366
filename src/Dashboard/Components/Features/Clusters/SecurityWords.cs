using Dashboard.Localization;
using Dashboard.Monitoring;

namespace Dashboard.Components.Features.Clusters;

/// <summary>How connections are secured, in words, with Kafka's name of the mechanism.</summary>
static class SecurityWords
{
    /// <summary>Kafka's names, from the least to the most.</summary>
    public static readonly IReadOnlyList<string> Protocols = [ClusterDraft.Plain, "SSL", "SASL_PLAINTEXT", "SASL_SSL"];

    public static readonly IReadOnlyList<string> Mechanisms = ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER", "GSSAPI"];

    public static string Of(Text text, ClusterDefinition cluster)
    {
        var protocol = cluster.Properties.GetValueOrDefault(ClientPropertyNames.Protocol)?.ToUpperInvariant() ?? ClusterDraft.Plain;
        var mechanism = cluster.Properties.GetValueOrDefault(ClientPropertyNames.Mechanism) ?? "GSSAPI";
        var words = cluster.Kafka is null ? Format.None : Protocol(text, protocol);
        return protocol.StartsWith("SASL", StringComparison.Ordinal) ? $"{words} · {mechanism}" : words;
    }

    public static string Protocol(Text text, string protocol) => text.Find($"Security_{protocol}") ?? protocol;
}
