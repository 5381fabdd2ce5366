using System.Net.Security;
using System.Security.Authentication;
using Wire;
using Wire.Security;

namespace Kafka.Client.Configuration;

/// <summary>ssl.*, for the brokers, or among the options of a login module for a token endpoint.</summary>
static class TlsProperties
{
    const string DefaultFactory = "org.apache.kafka.common.security.ssl.DefaultSslEngineFactory";
    static readonly string[] types = ["JKS", "PKCS12", "PEM"];

    internal static TlsClient Read(PropertyReader properties, List<CodedText> warnings)
    {
        if (properties.Text("ssl.engine.factory.class") is not (null or DefaultFactory))
        {
            throw properties.Wrong(
                "ssl.engine.factory.class",
                CodedText.Of("PropEngine", $"is code for Java's client; use ssl.truststore.* and ssl.keystore.* instead"));
        }

        var settings = new TlsSettings
        {
            Trusted = Trusted(properties),
            Own = Own(properties),
            // empty is a value here, and the documented way to turn it off; not set means https since Kafka 2.0
            VerifyHostName = properties.TextOrEmpty("ssl.endpoint.identification.algorithm")?.ToLowerInvariant() switch
            {
                null or "https" => true,
                "" => false,
                _ => throw properties.Wrong(
                    "ssl.endpoint.identification.algorithm",
                    CodedText.Of("PropNames", $"is https, which checks the names of brokers, or empty, which does not")),
            },
            VerifyHostNameSetting = "ssl.endpoint.identification.algorithm=",
            Protocols = Protocols(properties, warnings),
            CipherSuites = Suites(properties),
        };
        var client = new TlsClient(settings);
        try
        {
            client.Check();
            return client;
        }
        catch (TlsException e)
        {
            // Check reads files only, and each failure of that has its setting
            throw properties.Wrong(e.Setting!, e.Problem!, e);
        }
    }

    static KeyMaterial? Trusted(PropertyReader properties)
    {
        // only whether it is a type at all: what the file is, its first bytes say
        CheckType(properties, "ssl.truststore.type");
        return properties.Text("ssl.truststore.certificates") is { } pem
                ? new KeyMaterial("ssl.truststore.certificates", Path: null, pem, Password: null)
            : properties.Text("ssl.truststore.location") is { } path
                ? new KeyMaterial("ssl.truststore.location", path, Pem: null, properties.Text("ssl.truststore.password"))
            : null;
    }

    static KeyMaterial? Own(PropertyReader properties)
    {
        CheckType(properties, "ssl.keystore.type");
        if (properties.Text("ssl.keystore.key") is { } key)
        {
            return properties.Text("ssl.keystore.certificate.chain") is { } chain
                // one text of both, as a PEM file would have it
                ? new KeyMaterial("ssl.keystore.key", Path: null, $"{key}\n{chain}", properties.Text("ssl.key.password"))
                : throw properties.Wrong(
                    "ssl.keystore.certificate.chain", CodedText.Of("PropNoChain", $"is missing beside ssl.keystore.key"));
        }

        // a key in PEM has its own password; a PKCS#12 store has one for all
        return properties.Text("ssl.keystore.location") is not { } path ? null : new KeyMaterial(
            "ssl.keystore.location",
            path,
            Pem: null,
            IsPem(properties, "ssl.keystore.type")
                ? properties.Text("ssl.key.password") ?? properties.Text("ssl.keystore.password")
                : properties.Text("ssl.keystore.password") ?? properties.Text("ssl.key.password"));
    }

    static bool IsPem(PropertyReader properties, string key) =>
        string.Equals(properties.Text(key), "PEM", StringComparison.OrdinalIgnoreCase);

    static void CheckType(PropertyReader properties, string key)
    {
        if (properties.Text(key) is { } type && !types.Contains(type, StringComparer.OrdinalIgnoreCase))
        {
            throw properties.Wrong(
                key, CodedText.Of("PropStoreType", $"'{type}' cannot be read here; convert the store to PKCS12 or PEM"));
        }
    }

    static SslProtocols Protocols(PropertyReader properties, List<CodedText> warnings)
    {
        var key = properties.Has("ssl.enabled.protocols") ? "ssl.enabled.protocols" : "ssl.protocol";
        var protocols = SslProtocols.None;
        foreach (var name in properties.List(key))
        {
            protocols |= name switch
            {
                "TLSv1.3" or "TLS" when key == "ssl.protocol" => SslProtocols.Tls13 | SslProtocols.Tls12, // the highest, and below
                "TLSv1.3" => SslProtocols.Tls13,
                "TLSv1.2" => SslProtocols.Tls12,
                "TLSv1.1" or "TLSv1" or "SSLv3" or "SSLv2Hello" => SslProtocols.None,
                _ => throw properties.Wrong(key, CodedText.Of("PropNotOneOf", $"'{name}' is not one of {"TLSv1.3, TLSv1.2"}")),
            };
            if (name is "TLSv1.1" or "TLSv1" or "SSLv3" or "SSLv2Hello")
            {
                warnings.Add(CodedText.Of(
                    "PropWrong", $"{properties.Place(key)}: {CodedText.Of("PropOldTls", $"{name} is not spoken any longer")}."));
            }
        }

        return protocols != SslProtocols.None || !properties.Has(key)
            ? protocols
            : throw properties.Wrong(
                key, CodedText.Of("PropOldTlsOnly", $"none of these is spoken any longer; use TLSv1.2 or TLSv1.3"));
    }

    static IReadOnlyList<TlsCipherSuite>? Suites(PropertyReader properties)
    {
        var names = properties.List("ssl.cipher.suites");
        return names.Count == 0 ? null :
        [
            .. names.Select(name => CipherSuiteNames.Parse(name)
                ?? throw properties.Wrong(
                    "ssl.cipher.suites",
                    CodedText.Of("PropSuite", $"'{name}' is no cipher suite, as TLS_AES_256_GCM_SHA384 is one"))),
        ];
    }
}
