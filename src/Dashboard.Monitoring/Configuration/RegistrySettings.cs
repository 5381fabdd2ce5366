using System.Collections.Frozen;
using System.Collections.Immutable;
using Wire;
using Wire.Security;

namespace Dashboard.Monitoring;

/// <summary>
/// Where a cluster's schemas are, and how one signs in there: the names of Confluent's clients (schema.registry.url,
/// schema.registry.basic.auth.user.info, bearer.auth.token, schema.registry.ssl.truststore.location, …), or short ones: url, user,
/// password, token, ca.
/// </summary>
public sealed record RegistrySettings
{
    const string Prefix = "schema.registry.";
    const int MostUrls = 8;
    const int LongestTimeout = 60_000;

    /// <summary>Names that are taken, as one of Confluent's names stands for another of them, and for a short one.</summary>
    static readonly FrozenDictionary<string, string> names = new Dictionary<string, string>
    {
        ["url"] = "url",
        ["user"] = "user",
        ["password"] = "password",
        ["token"] = "token",
        ["ca"] = "ca",
        ["basic.auth.user.info"] = "user.info",
        ["basic.auth.credentials.source"] = "",
        ["bearer.auth.token"] = "token",
        ["bearer.auth.credentials.source"] = "",
        ["request.timeout.ms"] = "timeout",
        ["ssl.ca.location"] = "ca",
        ["ssl.truststore.location"] = "ca",
        ["ssl.truststore.password"] = "ca.password",
        ["ssl.truststore.certificates"] = "ca.pem",
        ["ssl.truststore.type"] = "",
        ["ssl.keystore.location"] = "key",
        ["ssl.keystore.password"] = "key.password",
        ["ssl.keystore.type"] = "",
        ["ssl.endpoint.identification.algorithm"] = "names",
    }.ToFrozenDictionary();

    /// <summary>Each ends with a slash; asked in this order.</summary>
    public required ImmutableArray<Uri> Urls { get; init; }

    public string? User { get; init; }

    public string? Password { get; init; }

    /// <summary>A bearer token, instead of a user.</summary>
    public string? Token { get; init; }

    public TlsSettings Tls { get; init; } = new();

    /// <summary>Of one request.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Whether a Kafka client's property is one of the registry's: so they stand in files of Java's clients.</summary>
    public static bool IsOne(string property) => property.StartsWith(Prefix, StringComparison.Ordinal)
        || property.StartsWith("basic.auth.", StringComparison.Ordinal) || property.StartsWith("bearer.auth.", StringComparison.Ordinal);

    /// <summary>As it was given; null when it was not.</summary>
    public static string? AddressOf(IReadOnlyDictionary<string, string> given) =>
        given.GetValueOrDefault("url") ?? given.GetValueOrDefault($"{Prefix}url");

    /// <summary>Null when nothing is given.</summary>
    /// <exception cref="ClusterDefinitionException">It cannot be taken; names the property.</exception>
    public static RegistrySettings? Of(IReadOnlyDictionary<string, string> given)
    {
        try
        {
            return Read(given);
        }
        catch (RegistrySettingsException e)
        {
            throw e.Of("schemaRegistry", e.Property, e.Property);
        }
    }

    /// <exception cref="RegistrySettingsException">It cannot be taken.</exception>
    internal static RegistrySettings? Read(IReadOnlyDictionary<string, string> given)
    {
        if (given.Count == 0)
        {
            return null;
        }

        var values = new Dictionary<string, string>();
        foreach (var (name, value) in given)
        {
            var plain = name.StartsWith(Prefix, StringComparison.Ordinal) ? name[Prefix.Length..] : name;
            var known = names.GetValueOrDefault(plain)
                ?? throw Wrong(name, CodedText.Of("RegistryProperty", $"no such property of a schema registry"));
            values[known] = value.Trim();
        }

        var (user, password) = Login(values);
        return new RegistrySettings
        {
            Urls = Addresses(values.GetValueOrDefault("url") ?? ""),
            User = user,
            Password = password,
            Token = Given(values, "token"),
            Tls = new TlsSettings
            {
                Trusted = Material(values, "ca"),
                Own = Material(values, "key"),
                VerifyHostName = values.GetValueOrDefault("names") != "",
                VerifyHostNameSetting = "schema.registry.ssl.endpoint.identification.algorithm=",
            },
            Timeout = Patience(Given(values, "timeout")),
        };
    }

    /// <summary>Without what may be secret.</summary>
    public override string ToString() => string.Join(", ", Urls);

    static ImmutableArray<Uri> Addresses(string text)
    {
        var urls = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (urls.Length is 0 or > MostUrls)
        {
            throw Wrong("url", urls.Length == 0
                ? CodedText.Of("RegistryNoAddress", $"the address is missing")
                : CodedText.Of("RegistryAddresses", $"at most {MostUrls} addresses"));
        }

        return
        [
            .. urls.Select(url => Uri.TryCreate(url.TrimEnd('/') + "/", UriKind.Absolute, out var address)
                && address.Scheme is "http" or "https" && address.UserInfo.Length == 0 && address.Query.Length == 0
                    ? address
                    : throw Wrong("url", CodedText.Of(
                        "RegistryAddress", $"an address is http://HOST:PORT or https://HOST:PORT, without a user in it"))),
        ];
    }

    static (string? User, string? Password) Login(Dictionary<string, string> values)
    {
        if (Given(values, "user.info") is not { Length: > 0 } both)
        {
            return (Given(values, "user"), Given(values, "password"));
        }

        return both.IndexOf(':') is var colon and > 0
            ? (both[..colon], both[(colon + 1)..])
            : throw Wrong("basic.auth.user.info", CodedText.Of("RegistryLogin", $"USER:PASSWORD is expected"));
    }

    static KeyMaterial? Material(Dictionary<string, string> values, string name) =>
        Given(values, $"{name}.pem") is { } pem ? new KeyMaterial($"schemaRegistry.{name}", null, pem, null)
        : Given(values, name) is { } path ? new KeyMaterial($"schemaRegistry.{name}", path, null, Given(values, $"{name}.password"))
        : null;

    static TimeSpan Patience(string? milliseconds) => milliseconds is null ? TimeSpan.FromSeconds(2)
        : int.TryParse(milliseconds, out var ms) && ms is > 0 and <= LongestTimeout ? TimeSpan.FromMilliseconds(ms)
        : throw Wrong("request.timeout.ms", CodedText.Of("RegistryTimeout", $"milliseconds from 1 to {LongestTimeout}"));

    static string? Given(Dictionary<string, string> values, string name) =>
        values.TryGetValue(name, out var value) && value.Length > 0 ? value : null;

    static RegistrySettingsException Wrong(string name, CodedText why) => new(name, why);
}
