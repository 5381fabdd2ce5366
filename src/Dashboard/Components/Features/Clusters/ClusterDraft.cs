using System.Collections.Frozen;
using Dashboard.Monitoring;
using static Dashboard.Components.Features.Clusters.ClientPropertyNames;

namespace Dashboard.Components.Features.Clusters;

/// <summary>
/// A definition as it is filled in. The properties are lines of text, and the fields read from them and write into them: nothing that was
/// pasted is lost, and nothing is in two places. A secret that is kept stands there as <see cref="ClusterDefinition.KeepSecret"/>.
/// </summary>
public sealed class ClusterDraft
{
    /// <summary>Of ids, as addresses have them.</summary>
    public const int LongestId = 64;

    /// <summary>What a client's security.protocol is without one.</summary>
    public const string Plain = "PLAINTEXT";

    /// <summary>That have fields of their own.</summary>
    static readonly string[] RegistryFields = ["url", "user", "password", "token", "ca"];

    string? id;

    public string Name { get; set; } = "";

    /// <summary>Follows the name until it is typed.</summary>
    public string Id
    {
        get => id ?? Proposed(Name);
        set => id = value;
    }

    public string Label { get; set; } = "";

    public string Colour { get; set; } = "";

    public bool ReadOnly { get; set; }

    public string ZooKeeper { get; set; } = "";

    /// <summary>A line each: advertised=reachable.</summary>
    public string AddressMap { get; set; } = "";

    public PropertyLines Properties { get; private init; } = new();

    public PropertyLines ZooKeeperProperties { get; private init; } = new();

    /// <summary>By the short names of <see cref="RegistrySettings"/>, and by Confluent's.</summary>
    public PropertyLines SchemaRegistry { get; private init; } = new();

    /// <summary>By the names of <see cref="ConnectSettings"/>.</summary>
    public PropertyLines Connect { get; private init; } = new();

    public string Metrics { get; set; } = "";

    public string Kafka
    {
        get => Properties[Bootstrap] ?? "";
        set => Properties[Bootstrap] = value;
    }

    public string Protocol
    {
        get => Properties[ClientPropertyNames.Protocol]?.ToUpperInvariant() ?? Plain;
        set
        {
            Properties[ClientPropertyNames.Protocol] = value == Plain ? null : value;
            if (IsSasl && Properties[ClientPropertyNames.Mechanism] is null)
            {
                Mechanism = "SCRAM-SHA-512";
            }
        }
    }

    public bool IsSasl => Protocol.StartsWith("SASL", StringComparison.Ordinal);

    public bool IsTls => Protocol.EndsWith("SSL", StringComparison.Ordinal);

    /// <summary>Kafka's own default is GSSAPI.</summary>
    public string Mechanism
    {
        get => Properties[ClientPropertyNames.Mechanism] ?? "GSSAPI";
        set
        {
            var (user, password) = (User, Password);
            Properties[ClientPropertyNames.Mechanism] = value;
            if (HasPassword && (user.Length > 0 || password.Length > 0))
            {
                Properties[Jaas] = JaasLine.Of(value, user, password, Properties[Jaas]);
            }
        }
    }

    /// <summary>Its login is a user and a password.</summary>
    public bool HasPassword => IsSasl && (Mechanism == "PLAIN" || Mechanism.StartsWith("SCRAM", StringComparison.Ordinal));

    public bool IsOAuth => IsSasl && Mechanism == "OAUTHBEARER";

    public string User
    {
        get => JaasLine.Option(Properties[Jaas], "username") ?? "";
        set => Properties[Jaas] = JaasLine.Of(Mechanism, value, Password, Properties[Jaas]);
    }

    public string Password
    {
        get => JaasLine.Option(Properties[Jaas], "password") ?? "";
        set => Properties[Jaas] = JaasLine.Of(Mechanism, User, value, Properties[Jaas]);
    }

    public bool IsZooKeeperTls
    {
        get => ZooKeeperProperties[ZooKeeperSecure] == "true";
        set => ZooKeeperProperties[ZooKeeperSecure] = value ? "true" : null;
    }

    /// <summary>Properties that the form has fields for, as it is filled in now: "properties.sasl.mechanism".</summary>
    public IEnumerable<string> Fields
    {
        get
        {
            string[] kafka =
            [
                ClientPropertyNames.Protocol, ClientPropertyNames.Mechanism,
                .. HasPassword ? [Jaas] : Array.Empty<string>(),
                .. IsOAuth ? [TokenEndpoint, ClientId, ClientSecret] : Array.Empty<string>(),
                .. IsTls ? [TrustStore, TrustStorePassword, KeyStore, KeyStorePassword] : Array.Empty<string>(),
            ];
            string[] zooKeeper = [Digest, .. IsZooKeeperTls ? [ZooKeeperTrustStore, ZooKeeperTrustStorePassword] : Array.Empty<string>()];
            return
            [
                .. kafka.Select(name => $"properties.{name}"), .. zooKeeper.Select(name => $"zooKeeperProperties.{name}"),
                .. RegistryFields.Select(name => $"schemaRegistry.{name}"),
            ];
        }
    }

    /// <summary>One that is changed, as the catalog gives it.</summary>
    /// <param name="isLocked">Its secrets cannot be decrypted.</param>
    public static ClusterDraft Of(ClusterDefinition definition, bool isLocked = false)
    {
        var properties = PropertyLines.Of(definition.Properties, isLocked);
        properties[Bootstrap] = definition.Kafka ?? properties[Bootstrap];
        var addresses = definition.AddressMap.OrderBy(a => a.Key, StringComparer.Ordinal).Select(a => $"{a.Key}={a.Value}");
        return new()
        {
            id = definition.Id,
            Name = definition.Name,
            Label = definition.Label ?? "",
            Colour = definition.Colour ?? "",
            ReadOnly = definition.ReadOnly,
            ZooKeeper = definition.ZooKeeper ?? "",
            AddressMap = string.Join('\n', addresses),
            Properties = properties,
            ZooKeeperProperties = PropertyLines.Of(definition.ZooKeeperProperties, isLocked),
            SchemaRegistry = PropertyLines.Of(definition.SchemaRegistry, isLocked),
            Connect = PropertyLines.Of(definition.Connect, isLocked),
            Metrics = definition.Metrics ?? "",
        };
    }

    /// <param name="addressFault">What is wrong with a line of the address map, in the reader's words.</param>
    /// <exception cref="ClusterDefinitionException">Some text cannot be read.</exception>
    public ClusterDefinition ToDefinition(Func<string, string> addressFault) => new()
    {
        Id = Id.Trim(),
        Name = Name.Trim(),
        Label = Given(Label),
        Colour = Given(Colour),
        ReadOnly = ReadOnly,
        Kafka = Given(Kafka),
        ZooKeeper = Given(ZooKeeper),
        Properties = Properties.Read("properties").Where(p => p.Key != Bootstrap).ToFrozenDictionary(StringComparer.Ordinal),
        ZooKeeperProperties = ZooKeeperProperties.Read("zooKeeperProperties"),
        SchemaRegistry = SchemaRegistry.Read("schemaRegistry"),
        Connect = Connect.Read("connect"),
        Metrics = Given(Metrics),
        AddressMap = Addresses(addressFault),
    };

    /// <summary>"Prod EU (Frankfurt)" is prod-eu-frankfurt. A name without a letter that an address can have proposes nothing.</summary>
    public static string Proposed(string name)
    {
        var plain = name.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' ? c : '-');
        var words = string.Join('-', string.Concat(plain).Split('-', StringSplitOptions.RemoveEmptyEntries)).TrimStart('_', '.', '-');
        return words.Length > LongestId ? words[..LongestId] : words;
    }

    FrozenDictionary<string, string> Addresses(Func<string, string> fault)
    {
        var map = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in AddressMap.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = line.Replace("→", "=", StringComparison.Ordinal).Split('=', StringSplitOptions.TrimEntries);
            if (parts is not [{ Length: > 0 } advertised, { Length: > 0 } reachable])
            {
                throw new ClusterDefinitionException("addresses", fault(line));
            }
            map[advertised] = reachable;
        }
        return map.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
    }

    static string? Given(string text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
