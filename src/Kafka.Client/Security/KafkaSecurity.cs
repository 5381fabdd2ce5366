using Wire.Security;

namespace Kafka.Client.Security;

/// <summary>How connections are secured; the four pairs are Kafka's security protocols. Holds no secret that could be printed.</summary>
public sealed record KafkaSecurity
{
    /// <summary>Neither TLS nor SASL.</summary>
    public static KafkaSecurity Plaintext { get; } = new();

    /// <summary>Null: without TLS.</summary>
    public TlsClient? Tls { get; init; }

    /// <summary>How this client says who it is, with the token that all of its connections share; null: not by SASL.</summary>
    public SaslMechanism? Sasl { get; init; }

    /// <summary>As security.protocol names it.</summary>
    public string Protocol => (Sasl is null ? "" : "SASL_") + (Tls is null ? "PLAINTEXT" : "SSL");

    public override string ToString() => Sasl is null ? Protocol : $"{Protocol} {Sasl.Name}";
}
