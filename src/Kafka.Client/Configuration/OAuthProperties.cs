using Kafka.Client.Security.OAuth;
using Wire;
using Wire.Security;

namespace Kafka.Client.Configuration;

/// <summary>sasl.oauthbearer.* and the options of OAuthBearerLoginModule (KIP-255, KIP-768, KIP-1139).</summary>
static class OAuthProperties
{
    const string Endpoint = "sasl.oauthbearer.token.endpoint.url";
    const string Handler = "sasl.login.callback.handler.class";
    const string Retriever = "sasl.oauthbearer.jwt.retriever.class";
    const string ClientId = "sasl.oauthbearer.client.credentials.client.id";
    const string ClientSecret = "sasl.oauthbearer.client.credentials.client.secret";
    const string KafkaPackage = "org.apache.kafka.common.security.oauthbearer.";
    const string Extension = "extension_";
    static readonly string[] handlers = ["OAuthBearerLoginCallbackHandler", "secured.OAuthBearerLoginCallbackHandler"];
    static readonly string[] retrievers = ["DefaultJwtRetriever", "ClientCredentialsJwtRetriever", "FileJwtRetriever"];

    internal static OAuthBearerMechanism Read(PropertyReader properties, JaasEntry entry)
    {
        CheckClasses(properties, entry);
        if (!Uri.TryCreate(properties.Text(Endpoint), UriKind.Absolute, out var url))
        {
            throw properties.Wrong(
                Endpoint,
                properties.Has(Endpoint)
                    ? CodedText.Of(
                        "PropNoEndpoint",
                        $"is no address; write https://… of the issuer's token endpoint, or file:///… of a file with a token")
                    : CodedText.Of(
                        "PropEndpointMissing",
                        $"is missing; write https://… of the issuer's token endpoint, or file:///… of a file with a token"));
        }

        var source = url.Scheme switch
        {
            "file" => new TokenFile(url.LocalPath),
            "http" or "https" => Credentials(properties, entry, url),
            _ => (TokenSource?)null,
        };
        return source is null
            ? throw properties.Wrong(Endpoint, CodedText.Of("PropScheme", $"{url.Scheme} is not http, https or file"))
            : new OAuthBearerMechanism(new TokenCache(source, Refresh(properties)), Extensions(properties, entry));
    }

    /// <summary>Kafka's own handler is what is done here; any other is code that cannot run.</summary>
    static void CheckClasses(PropertyReader properties, JaasEntry entry)
    {
        if (entry.Options.Keys.FirstOrDefault(option => option.StartsWith("unsecuredLogin", StringComparison.Ordinal)) is { } unsecured)
        {
            throw properties.Wrong(
                "sasl.jaas.config",
                CodedText.Of(
                    "PropUnsecured",
                    $"{unsecured} makes a token without a signature, which any client could make; "
                    + $"use {Endpoint} with clientId and clientSecret"));
        }

        if (properties.Text(Handler) is { } handler
            // EndsWith: distributions put a package of theirs in front of Kafka's
            && !handlers.Any(known => handler.EndsWith(KafkaPackage + known, StringComparison.Ordinal)))
        {
            throw properties.Wrong(
                Handler,
                SaslProperties.InsteadOf(handler)
                ?? CodedText.Of(
                    "PropOtherHandler",
                    $"{handler} is code for Java's client; use {$"{KafkaPackage}OAuthBearerLoginCallbackHandler"} "
                    + $"with {Endpoint}: a token endpoint, or file:///… of a file with a token"));
        }

        if (properties.Text(Retriever) is { } retriever && !retrievers.Contains(retriever[(retriever.LastIndexOf('.') + 1)..]))
        {
            throw properties.Wrong(
                Retriever,
                CodedText.Of("PropRetriever", $"{retriever} is not possible here; use ClientCredentialsJwtRetriever or FileJwtRetriever"));
        }
    }

    static ClientCredentials Credentials(PropertyReader properties, JaasEntry entry, Uri url) => new(
        url,
        properties.Text(ClientId) ?? Required(properties, entry, "clientId", ClientId),
        properties.Text(ClientSecret) ?? Required(properties, entry, "clientSecret", ClientSecret),
        properties.Text("sasl.oauthbearer.scope") ?? entry.Options.GetValueOrDefault("scope"),
        url.Scheme == Uri.UriSchemeHttps ? Tls(properties, entry) : null)
    {
        UrlEncodeCredentials = properties.Flag("sasl.oauthbearer.header.urlencode"),
        Timeout = properties.Milliseconds("sasl.login.connect.timeout.ms") is { Ticks: > 0 } timeout ? timeout : TimeSpan.FromSeconds(10),
    };

    static string Required(PropertyReader properties, JaasEntry entry, string option, string key) =>
        entry.Options.GetValueOrDefault(option) is { Length: > 0 } value
            ? value
            : throw properties.Wrong(
                "sasl.jaas.config",
                CodedText.Of("PropCredentials", $"{option} is missing (or {key}), which the token endpoint asks for"));

    /// <summary>As KIP-768 has it, TLS to the issuer is set by ssl.* among the options of the login module.</summary>
    static TlsClient? Tls(PropertyReader properties, JaasEntry entry)
    {
        var own = entry.Options.Where(option => option.Key.StartsWith("ssl.", StringComparison.Ordinal))
            .ToDictionary(option => option.Key, option => new Property(option.Key, option.Value, 0));
        try
        {
            return own.Count == 0 ? null : TlsProperties.Read(new PropertyReader(own, file: null), []);
        }
        catch (ClientPropertiesException e)
        {
            throw properties.Passed("sasl.jaas.config", e);
        }
    }

    static TokenRefresh Refresh(PropertyReader properties)
    {
        var usual = new TokenRefresh();
        return new TokenRefresh
        {
            WindowFactor = properties.Fraction("sasl.login.refresh.window.factor", 0.5, 1) ?? usual.WindowFactor,
            WindowJitter = properties.Fraction("sasl.login.refresh.window.jitter", 0, 0.25) ?? usual.WindowJitter,
            MinPeriod = properties.Seconds("sasl.login.refresh.min.period.seconds", 0, 900) ?? usual.MinPeriod,
            Buffer = properties.Seconds("sasl.login.refresh.buffer.seconds", 0, 3600) ?? usual.Buffer,
        };
    }

    /// <summary>extension_NAME="value" (KIP-342): letters only, and not "auth", which is the token's own.</summary>
    static Dictionary<string, string> Extensions(PropertyReader properties, JaasEntry entry)
    {
        var extensions = new Dictionary<string, string>();
        foreach (var (option, value) in entry.Options)
        {
            if (!option.StartsWith(Extension, StringComparison.Ordinal))
            {
                continue;
            }

            var name = option[Extension.Length..];
            extensions[name] = name.Length > 0 && name != "auth" && name.All(char.IsAsciiLetter)
                    // it separates the fields of the message
                    && !value.Contains('\u0001')
                ? value
                : throw properties.Wrong(
                    "sasl.jaas.config",
                    CodedText.Of("PropExtension", $"{option} is no extension: its name has other characters than letters"));
        }

        return extensions;
    }
}
