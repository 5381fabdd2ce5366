using System.Collections.Frozen;
using static Kafka.Broker.Configuration.ConfigType;

namespace Kafka.Broker.Configuration;

/// <summary>
/// Keys about SASL that promise nothing of their own: how often a login is renewed, how long it may take. Without a listener that asks for
/// SASL they do nothing in Kafka either, and tools set them while a broker runs. What asks for SASL is in <see cref="RefusedBrokerKeys"/>.
/// </summary>
static class SaslTimings
{
    public static IReadOnlyList<ConfigKey> Keys { get; } =
    [
        new("sasl.kerberos.kinit.cmd", ConfigType.String, "/usr/bin/kinit") { Dynamic = true },
        new("sasl.kerberos.min.time.before.relogin", Long, "60000") { Dynamic = true },
        new("sasl.kerberos.ticket.renew.jitter", ConfigType.Double, "0.05") { Dynamic = true },
        new("sasl.kerberos.ticket.renew.window.factor", ConfigType.Double, "0.8") { Dynamic = true },
        new("sasl.login.refresh.buffer.seconds", Short, "300") { Minimum = 0, Maximum = 3600, Dynamic = true },
        new("sasl.login.refresh.min.period.seconds", Short, "60") { Minimum = 0, Maximum = 900, Dynamic = true },
        new("sasl.login.refresh.window.factor", ConfigType.Double, "0.8") { Dynamic = true },
        new("sasl.login.refresh.window.jitter", ConfigType.Double, "0.05") { Dynamic = true },
        new("sasl.login.connect.timeout.ms", Int, null),
        new("sasl.login.read.timeout.ms", Int, null),
        new("sasl.login.retry.backoff.max.ms", Long, "10000"),
        new("sasl.login.retry.backoff.ms", Long, "100"),
        new("sasl.oauthbearer.jwks.endpoint.refresh.ms", Long, "3600000"),
        new("sasl.oauthbearer.jwks.endpoint.retry.backoff.max.ms", Long, "10000"),
        new("sasl.oauthbearer.jwks.endpoint.retry.backoff.ms", Long, "100"),
    ];

    static readonly FrozenSet<string> names = Keys.Select(key => key.Name).ToFrozenSet();

    public static bool Contains(string key) => names.Contains(key);
}
