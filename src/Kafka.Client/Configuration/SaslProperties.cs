using System.Security.Cryptography;
using Kafka.Client.Security;
using Wire;
using Wire.Security;

namespace Kafka.Client.Configuration;

/// <summary>sasl.mechanism with its sasl.jaas.config.</summary>
static class SaslProperties
{
    const string Jaas = "sasl.jaas.config";
    const string Mechanism = "sasl.mechanism";
    const string Mechanisms = "PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, OAUTHBEARER, GSSAPI";

    internal static SaslMechanism Read(PropertyReader properties, List<CodedText> warnings)
    {
        if (!properties.Has(Mechanism) && properties.ForeignTwin(Mechanism) is { } twin)
        {
            throw properties.Wrong(Mechanism, CodedText.Of("PropMissing", $"is missing; {twin}"));
        }

        // Kafka's default, surprising as it is: the message about Kerberos names the setting
        var name = properties.Text(Mechanism) ?? "GSSAPI";
        var entry = Entry(properties, name);
        if (name != "OAUTHBEARER" && properties.Text("sasl.login.callback.handler.class") is not null)
        {
            throw properties.Wrong(
                "sasl.login.callback.handler.class",
                CodedText.Of(
                    "PropJavaCodeOf", $"is code for Java's client; leave it out and give the credentials of {name} in {Jaas}"));
        }

        return name switch
        {
            "PLAIN" => new PlainMechanism(Option("username"), Option("password")),
            "SCRAM-SHA-256" => Scram(HashAlgorithmName.SHA256),
            "SCRAM-SHA-512" => Scram(HashAlgorithmName.SHA512),
            "OAUTHBEARER" => OAuthProperties.Read(properties, entry),
            _ => Gssapi(properties, entry, warnings),
        };

        ScramMechanism Scram(HashAlgorithmName hash) =>
            new(hash, Option("username"), Option("password"), entry.Options.GetValueOrDefault("tokenauth") is "true");

        string Option(string option) => entry.Options.GetValueOrDefault(option) is { Length: > 0 } value
            ? value
            : throw properties.Wrong(Jaas, CodedText.Of("PropNoOption", $"{option} is missing, as in: {Example(name)}"));
    }

    /// <summary>The entry, of the module that goes with the mechanism.</summary>
    static JaasEntry Entry(PropertyReader properties, string mechanism)
    {
        var module = Module(mechanism) ?? throw properties.Wrong(
            Mechanism,
            mechanism == "AWS_MSK_IAM"
                ? CodedText.Of(
                    "PropNotIam", $"{mechanism} is not possible here; use a listener of the cluster with SCRAM-SHA-512 or mutual TLS")
                : CodedText.Of("PropNotOneOf", $"'{mechanism}' is not one of {Mechanisms}"));
        if (properties.Text(Jaas) is not { } text)
        {
            throw properties.Wrong(
                Jaas,
                properties.ForeignTwin(Jaas) is { } twin
                    ? CodedText.Of("PropMissingTwin", $"is missing; {twin}: {Example(mechanism)}")
                    : CodedText.Of("PropMissingWith", $"is missing with sasl.mechanism={mechanism}; write {Example(mechanism)}"));
        }

        JaasEntry entry;
        try
        {
            entry = JaasEntry.Parse(text);
        }
        catch (CodedFormatException e)
        {
            throw properties.Wrong(Jaas, e.Told, e);
        }

        if (entry.ModuleName == module)
        {
            return entry;
        }

        CodedText[] fitting = [.. Mechanisms.Split(", ").Where(one => Module(one) == entry.ModuleName).Select(CodedText.Plain)];
        throw fitting.Length > 0 && !properties.Has(Mechanism)
            ? properties.Wrong(Mechanism, CodedText.Of(
                "PropNoMechanism",
                $"is missing, which means GSSAPI; with {entry.ModuleName} it is {fitting.Aggregate(Either)}"))
            : properties.Wrong(Jaas, CodedText.Of(
                "PropOtherModule",
                $"{entry.Module} does not go with sasl.mechanism={mechanism}, which wants {module}: {Example(mechanism)}"));

        static CodedText Either(CodedText one, CodedText other) => CodedText.Of("Either", $"{one} or {other}");
    }

    static GssapiMechanism Gssapi(PropertyReader properties, JaasEntry entry, List<CodedText> warnings)
    {
        // a warning, no error: the process may well have a ticket of its own
        if (entry.Options.GetValueOrDefault("keyTab") is { } keytab)
        {
            var what = CodedText.Of(
                "PropKeytab",
                $"keyTab and principal are not used; start this program with the environment variable KRB5_CLIENT_KTNAME={keytab}, "
                + $"or fill its ticket cache with kinit");
            warnings.Add(CodedText.Of("PropWrong", $"{properties.Place(Jaas)}: {what}."));
        }

        var service = properties.Text("sasl.kerberos.service.name") ?? entry.Options.GetValueOrDefault("serviceName");
        return service is { Length: > 0 }
            ? new GssapiMechanism(service)
            : throw properties.Wrong(
                "sasl.kerberos.service.name",
                CodedText.Of("PropNoService", $"is missing: the first part of the brokers' principals, commonly kafka"));
    }

    /// <summary>
    /// What to use instead of a login of a cloud's own, which is code for Java's client: no credentials in sasl.jaas.config would do.
    /// </summary>
    internal static CodedText? InsteadOf(string? callbackHandler) =>
        callbackHandler is null ? null
        : callbackHandler.StartsWith("software.amazon.msk.auth.iam.", StringComparison.Ordinal)
            ? CodedText.Of(
                "PropNotIamLogin",
                $"the IAM login of Amazon MSK is not possible here; use a listener of the cluster with SCRAM-SHA-512 or mutual TLS")
        : callbackHandler.StartsWith("com.google.cloud.hosted.kafka.", StringComparison.Ordinal)
            ? CodedText.Of(
                "PropNotGoogle",
                $"Google's login is not possible here; use sasl.mechanism=PLAIN with a key of the service account, or mutual TLS")
        : null;

    static string? Module(string mechanism) => mechanism switch
    {
        "PLAIN" => "PlainLoginModule",
        "SCRAM-SHA-256" or "SCRAM-SHA-512" => "ScramLoginModule",
        "OAUTHBEARER" => "OAuthBearerLoginModule",
        "GSSAPI" => "Krb5LoginModule",
        _ => null,
    };

    static string Example(string mechanism) => mechanism switch
    {
        "PLAIN" => "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"…\" password=\"…\";",
        "OAUTHBEARER" =>
            "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required clientId=\"…\" clientSecret=\"…\" scope=\"…\";",
        "GSSAPI" => "com.sun.security.auth.module.Krb5LoginModule required useTicketCache=true;",
        _ => "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"…\" password=\"…\";",
    };
}
