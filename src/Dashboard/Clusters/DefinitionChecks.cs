using System.Collections.Frozen;
using System.Text.RegularExpressions;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Connections;
using Wire;
using Wire.Security;

namespace Dashboard.Clusters;

/// <summary>Whether a definition can be taken. Nothing is asked over the network.</summary>
static partial class DefinitionChecks
{
    const int LongestName = 100;
    const int LongestLabel = 40;
    const int MostProperties = 200;

    /// <summary>A chain of certificates in PEM is some ten thousand characters.</summary>
    const int LongestValue = 1 << 16;

    /// <returns>The options of its monitor, and what is no fault and yet not as meant: an unknown property.</returns>
    /// <exception cref="ClusterDefinitionException">The first field that cannot be taken.</exception>
    public static (ClusterMonitorOptions Options, IReadOnlyList<CodedText> Warnings) Check(ClusterDefinition definition)
    {
        Require("id", IdForm.IsMatch(definition.Id), CodedText.Of(
            "ClusterId",
            $"id: \"{Short(definition.Id)}\" is not lower case letters, digits, '-', '_' and '.', at most 64, "
            + $"beginning with a letter or a digit."));
        Require("name", IsLine(definition.Name, LongestName), OneLine("name", LongestName));
        Require(
            "label", definition.Label is null || IsLine(definition.Label, LongestLabel),
            OneLine("label", LongestLabel));
        Require(
            "colour", definition.Colour is null || ClusterDefinition.Colours.Contains(definition.Colour),
            CodedText.Of(
                "ClusterColour", $"colour: \"{Short(definition.Colour)}\" is none of {string.Join(", ", ClusterDefinition.Colours)}."));
        Properties(definition.Properties, "properties");
        Properties(definition.ZooKeeperProperties, "zooKeeperProperties");
        Properties(definition.SchemaRegistry, "schemaRegistry");
        Properties(definition.Connect, "connect");
        Addresses(definition.AddressMap);
        Metrics(definition.Metrics);
        var options = ClusterMonitorOptions.Of(definition);
        Require(
            "kafka", options.Kafka is not null || options.ZooKeeper is not null,
            ClusterConnections.ServersElsewhere(definition.Properties) is { } elsewhere
                ? CodedText.Of(
                    "ClusterAddressElsewhere",
                    $"Neither kafka (HOST:PORT,…) nor zookeeper (HOST:PORT,…/chroot) is given. {elsewhere}.")
                : CodedText.Of("ClusterAddress", $"Neither kafka (HOST:PORT,…) nor zookeeper (HOST:PORT,…/chroot) is given."));
        Unused("properties", options.Properties, "kafka", options.Kafka);
        Unused("addresses", options.AddressMap, "kafka", options.Kafka);
        Unused("zooKeeperProperties", options.ZooKeeperProperties, "zookeeper", options.ZooKeeper);
        Parsed("kafka", options.Kafka, ClusterMonitorOptions.KafkaProblem);
        Parsed("zookeeper", options.ZooKeeper, ClusterMonitorOptions.ZooKeeperProblem);
        CheckServices(options);
        return (options, ClusterConnections.Check(options));
    }

    static void Properties(FrozenDictionary<string, string> properties, string field)
    {
        Require(field, properties.Count <= MostProperties, AtMost(field));
        foreach (var (name, value) in properties)
        {
            Require(field, IsLine(name, LongestName), OneLine(field, LongestName));
            Require(
                $"{field}.{name}", value.Length <= LongestValue,
                CodedText.Of("ClusterValue", $"{name}: longer than {LongestValue} characters."));
        }
    }

    static void Addresses(FrozenDictionary<string, string> map)
    {
        Require("addresses", map.Count <= MostProperties, AtMost("addresses"));
        foreach (var (advertised, reachable) in map)
        {
            Require(
                $"addresses.{advertised}", IsAddress(advertised) && IsAddress(reachable),
                CodedText.Of(
                    "ClusterMap", $"addresses: \"{Short(advertised)}\" → \"{Short(reachable)}\": both sides are HOST:PORT."));
        }
    }

    static void Metrics(string? addresses)
    {
        foreach (var address in addresses?.Split(',', StringSplitOptions.TrimEntries) ?? [])
        {
            Require(
                "metrics",
                Uri.TryCreate(address, UriKind.Absolute, out var url) && url is { Scheme: "http" or "https", UserInfo.Length: 0 },
                CodedText.Of("ClusterMetrics", $"metrics: \"{Short(address)}\" is not http://HOST:PORT/PATH."));
        }
    }

    /// <summary>Certificates are read now, so that what is wrong with a file is told with the definition.</summary>
    static void CheckServices(ClusterMonitorOptions options)
    {
        try
        {
            var registry = RegistrySettings.Of(options.SchemaRegistry);
            foreach (var access in ConnectSettings.Of(options.Connect).Select(c => c.Access).Prepend(registry))
            {
                if (access is not null)
                {
                    new TlsClient(access.Tls).Check();
                }
            }
        }
        catch (TlsException e)
        {
            throw new ClusterDefinitionException(e.Setting ?? "schemaRegistry", CodedText.Of("ClusterField", $"{e.Setting}: {e.Told}"));
        }
    }

    static bool IsAddress(string text) => !text.Contains(',') && text.Contains(':') && ClusterMonitorOptions.KafkaProblem(text) is null;

    static void Unused(string field, FrozenDictionary<string, string> given, string address, string? to) =>
        Require(
            field, to is not null || given.Count == 0,
            CodedText.Of("ClusterUnused", $"{field}: they are for {address}, which is not given."));

    static void Parsed(string field, string? text, Func<string, CodedText?> problem)
    {
        if (text is not null && problem(text) is { } wrong)
        {
            throw new ClusterDefinitionException(field, CodedText.Of("ClusterField", $"{field}: {wrong}"));
        }
    }

    static bool IsLine(string text, int longest) =>
        !string.IsNullOrWhiteSpace(text) && text.Length <= longest && !text.Any(c => char.IsControl(c) || IsInvisible(c));

    /// <summary>Ends a line, or turns the direction of what is shown behind it: one cluster could look like another.</summary>
    static bool IsInvisible(char c) => c is '\u2028' or '\u2029' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');

    static string? Short(string? text) => text is { Length: > 80 } ? text[..80] + "…" : text;

    static CodedText OneLine(string field, int longest) =>
        CodedText.Of("ClusterLine", $"{field}: one line of 1 to {longest} characters.");

    static CodedText AtMost(string field) => CodedText.Of("ClusterMost", $"{field}: at most {MostProperties}.");

    static void Require(string field, bool holds, CodedText otherwise)
    {
        if (!holds)
        {
            throw new ClusterDefinitionException(field, otherwise);
        }
    }

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9._-]{0,63}\z")]
    private static partial Regex IdForm { get; }
}
