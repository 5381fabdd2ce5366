using Dashboard.Clusters;
using Dashboard.Monitoring;
using Testing;

namespace Dashboard.Tests.Clusters;

/// <summary>clusters.yaml: its form, what is wrong with it by line and key, and what stays meanwhile.</summary>
public sealed class ClustersFileTests : IDisposable
{
    readonly TempDirectory directory = new();
    readonly ClustersFile file;

    public ClustersFileTests() => file = new ClustersFile(FilePath);

    string FilePath => directory["clusters.yaml"];

    public void Dispose() => directory.Dispose();

    [Fact]
    public void An_entry_has_all_that_a_cluster_has()
    {
        File.WriteAllText(directory["client.properties"], "# ours\nbootstrap.servers=b1:9092,b2:9092\n");
        var read = Read(
            """
            clusters:
              - id: prod
                name: Production
                label: production
                colour: red
                readOnly: true
                zookeeper: zk1:2181,zk2:2181/kafka
                kafkaConfig: client.properties
              - id: "0123"
                kafka: 10.0.0.1:9092
            """);
        Assert.Empty(read.Problems);
        var (prod, other) = (read.Clusters[0], read.Clusters[1]);
        Assert.Equal(
            ("prod", "Production", "production", "red", true, "zk1:2181,zk2:2181/kafka", DefinitionSource.File),
            (prod.Definition.Id, prod.Definition.Name, prod.Definition.Label, prod.Definition.Colour, prod.Definition.ReadOnly,
                prod.Definition.ZooKeeper, prod.Definition.Source));
        Assert.Equal("b1:9092,b2:9092", prod.Options.Kafka);
        Assert.Empty(prod.Options.Properties);
        Assert.Equal(("0123", "0123", false), (other.Definition.Id, other.Definition.Name, other.Definition.ReadOnly));
    }

    [Fact]
    public void It_says_where_schemas_are_and_how_bodies_are_read()
    {
        var read = Read(
            """
            clusters:
              - id: prod
                kafka: b:1
                schemaRegistry:
                  url: https://registry:8081
                  user: anna
                  password: "0123"
                metrics: http://b:7071/metrics
                protobuf: [protos, /etc/set.desc]
                decode:
                  - topics: ["orders*", bills]
                    key: int64
                    value: protobuf:shop.Order
              - id: other
                kafka: b:1
                properties:
                  schema.registry.url: http://registry
                  basic.auth.user.info: a:b
            """);
        Assert.Empty(read.Problems);
        Assert.Empty(read.Warnings);
        var definition = read.Clusters[0].Definition;
        Assert.Equal(("anna", "http://b:7071/metrics"), (definition.SchemaRegistry["user"], definition.Metrics));
        Assert.Equal([directory["protos"], "/etc/set.desc"], definition.Protobuf);
        var rule = Assert.Single(definition.Decode);
        Assert.Equal(("orders*", "int64", "protobuf:shop.Order"), (rule.Topics[0], rule.Key, rule.Value));
        var other = RegistrySettings.Of(read.Clusters[1].Options.SchemaRegistry)!;
        Assert.Equal(("a", "b"), (other.User, other.Password));
        Assert.Equal(ClusterDefinition.KeepSecret, Secrets.Masked(definition).SchemaRegistry["password"]);
    }

    [Theory]
    [InlineData("clusters:\n  - id: a\n    kafka: b:1\n    readOnly: maybe", 4, "readOnly")]
    [InlineData("clusters:\n  - id: a\n    kafka: b:many", 3, "b:many")]
    [InlineData("clusters:\n  - id: A\n    kafka: b:1", 2, "id")]
    [InlineData("clusters:\n  - name: a\n    kafka: b:1", 2, "id is missing")]
    [InlineData("clusters:\n  - id: a", 2, "Neither kafka")]
    [InlineData("clusters:\n  - id: a\n    kafka: [b:1]", 3, "kafka: one value")]
    [InlineData("clusters:\n  - id: a\n    kafka: b:1\n    properties: x", 4, "names and values")]
    [InlineData("clusters:\n  - id: a\n    kafka: b:1\n    properties:\n      x: [1]", 5, "one value")]
    [InlineData("clusters:\n  - id: a\n    kafka: b:1\n    kafkaConfig: none.properties", 4, "none.properties")]
    [InlineData("clusters:\n  - id: a\n    kafka: b:1\n    decode:\n      - topics: x\n        key: int33", 5, "int33")]
    [InlineData("clusters:\n  - id: a\n    kafka: b:1\n    decode:\n      - topic: x\n        key: int32", 5, "topic: no such field")]
    [InlineData("clusters:\n  - id: a\n    kafka: b:1\n    decode: x", 4, "a list")]
    [InlineData("clusters:\n  - id: a\n    kafka: b:1\n    schemaRegistry:\n      url: registry:8081", 5, "http://HOST:PORT")]
    [InlineData("clusters:\n  - id: a\n    kafka: b:1\n    schemaRegistry:\n      uri: http://r:8081", 5, "uri: no such property")]
    [InlineData("clusters:\n  - id: a\n    kafka: b:1\n    metrics: kafka1:7071", 4, "http://HOST:PORT/PATH")]
    [InlineData("clusters:\n  - a", 2, "id is missing")]
    [InlineData("clusters:\n  id: a", 2, "a list is expected")]
    [InlineData("- id: a", 1, "clusters:")]
    [InlineData("clusters:\n  - id: 'a", 2, "no YAML")]
    [InlineData("clusters:\n  - id: a\n    kafka: b:1\n    kafka: c:1", 4, "no YAML")]
    public void What_is_wrong_is_told_with_file_line_and_key(string yaml, int line, string words)
    {
        var problem = Assert.Single(Read(yaml).Problems).English;
        Assert.StartsWith($"{FilePath} line {line}: ", problem, StringComparison.Ordinal);
        Assert.Contains(words, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_it_names_is_told_with_its_own_line()
    {
        File.WriteAllText(directory["client.properties"], "a=b\nbad=\\u12\n");
        var problem = Assert.Single(Read("clusters:\n  - id: a\n    kafka: b:1\n    kafkaConfig: client.properties").Problems).English;
        Assert.Contains($"{directory["client.properties"]} line 2: ", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_key_is_a_warning()
    {
        var read = Read("more: 1\nclusters:\n  - id: a\n    kafka: b:1\n    colur: red");
        Assert.Empty(read.Problems);
        Assert.Single(read.Clusters);
        Assert.Equal(
            [
                $"{FilePath} line 1: more: no such key; it is passed over.",
                $"{FilePath} line 5: colur: no such field of a cluster; it is passed over.",
            ],
            read.Warnings.Select(warning => warning.English));
    }

    [Fact]
    public void What_was_whole_stays_until_it_is_whole_again()
    {
        Read("clusters:\n  - id: a\n    kafka: b:1\n  - id: c\n    kafka: d:1");
        var broken = Read("clusters:\n  - id: a\n    kafka: b:many");
        Assert.Equal(["a", "c"], broken.Clusters.Select(c => c.Definition.Id));
        Assert.Single(broken.Problems);
        File.Delete(FilePath);
        Assert.True(file.HasChanged);
        var gone = file.Read();
        Assert.Equal(2, gone.Clusters.Count);
        Assert.Contains("gone", Assert.Single(gone.Problems).English, StringComparison.Ordinal);
        var mended = Read("clusters: []");
        Assert.Empty(mended.Clusters);
        Assert.Empty(mended.Problems);
    }

    /// <summary>As an editor that writes in two steps, or a full disk, leaves it.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("# clusters:\n")]
    [InlineData("---\n")]
    public void An_emptied_file_takes_nothing_away(string left)
    {
        Assert.Empty(Read(left).Problems); // before it has said anything it says nothing
        Assert.Single(Read("masks: []\nclusters:\n  - id: a\n    kafka: b:1").Clusters);
        var emptied = Read(left);
        Assert.Equal("a", Assert.Single(emptied.Clusters).Definition.Id);
        Assert.Contains("it is empty", Assert.Single(emptied.Problems).English, StringComparison.Ordinal);
        Assert.True(file.Document.IsGone); // so rules and masks stay as well
        Assert.Empty(Read("clusters: []").Clusters);
        Assert.False(file.Document.IsGone);
    }

    [Fact]
    public void At_a_start_entries_that_are_whole_are_taken()
    {
        var read = Read("clusters:\n  - id: a\n    kafka: b:1\n  - id: c\n    kafka: d:many");
        Assert.Equal("a", Assert.Single(read.Clusters).Definition.Id);
        Assert.Single(read.Problems);
    }

    [Fact]
    public void It_is_read_again_when_it_or_a_file_of_it_changes()
    {
        Assert.False(file.HasChanged);
        Assert.Empty(file.Read().Clusters);
        File.WriteAllText(directory["client.properties"], "bootstrap.servers=b:1\n");
        File.WriteAllText(FilePath, "clusters:\n  - id: a\n    kafkaConfig: client.properties");
        Assert.True(file.HasChanged);
        Assert.Equal("b:1", Assert.Single(file.Read().Clusters).Options.Kafka);
        Assert.False(file.HasChanged);
        File.WriteAllText(directory["client.properties"], "bootstrap.servers=other:1\n");
        Assert.True(file.HasChanged);
        Assert.Equal("other:1", Assert.Single(file.Read().Clusters).Options.Kafka);
    }

    [Theory]
    [InlineData("clusters:\n  - id: a\n    kafka: b:1\n    properties:\n      ssl.key.password: *planted-4711")]
    [InlineData("clusters:\n  - id: a\n    kafka: b:1\n    properties:\n      ssl.key.password: \"planted-4711")]
    [InlineData("clusters:\n  - id: a\n    kafka: b:1\n    properties:\n      ssl.key.password: %planted-4711")]
    [InlineData("clusters:\n  - id: a\n    kafka: b:1\n    properties:\n      ssl.key.password: [planted-4711]")]
    [InlineData("clusters:\n  - id: a\n    kafka: b:1\n    properties: planted-4711")]
    [InlineData("clusters:\n  - id: a\n    kafka: b:many\n    properties:\n      ssl.key.password: planted-4711")]
    public void No_problem_quotes_a_secret(string yaml)
    {
        var read = Read(yaml);
        Assert.NotEmpty(read.Problems);
        Assert.All(
            [.. read.Problems, .. read.Warnings],
            words => Assert.DoesNotContain("planted-4711", words.English, StringComparison.Ordinal));
    }

    ClusterList Read(string yaml)
    {
        File.WriteAllText(FilePath, yaml);
        return file.Read();
    }
}
