using Dashboard.Hosting;
using Dashboard.Monitoring;
using Microsoft.Extensions.Configuration;
using Testing;

namespace Dashboard.Tests.Clusters;

/// <summary>Clusters of appsettings.json, the environment and the command line.</summary>
public sealed class SettingsClustersTests
{
    [Fact]
    public void A_list_of_settings_is_clusters_whose_names_hold_dots_and_colons()
    {
        var options = Read(
            """
            {"Castellan": {"Clusters": [
              {"Id": "prod", "Name": "Production", "Kafka": "b:9092", "ReadOnly": "true", "Colur": "red"},
              {"id": "test", "kafka": "b:9092"}]}}
            """);
        Assert.Null(options.Problem());
        Assert.Equal(["prod", "test"], options.Clusters.Clusters.Select(c => c.Definition.Id));
        var prod = options.Clusters.Clusters[0].Definition;
        Assert.Equal(("Production", true, DefinitionSource.Settings), (prod.Name, prod.ReadOnly, prod.Source));
        Assert.Contains("Colur", Assert.Single(options.Clusters.Warnings).English, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_with_colons_are_whole()
    {
        var configuration = Json(
            """
            {"Castellan": {"Clusters": [{"Id": "prod", "Kafka": "b:9092",
              "Properties": {"sasl.mechanism": "PLAIN"}, "Addresses": {"b1:9092": "localhost:19092"}}]}}
            """);
        var (entries, _) = Dashboard.Clusters.SettingsClusters.Read(configuration.GetSection("Castellan:Clusters"));
        var read = Assert.Single(entries).Read(DefinitionSource.Settings);
        Assert.Equal("localhost:19092", read.AddressMap["b1:9092"]);
        Assert.Equal("PLAIN", read.Properties["sasl.mechanism"]);
    }

    [Fact]
    public void A_client_properties_file_is_the_cluster_remote()
    {
        using var directory = new TempDirectory();
        File.WriteAllText(directory["client.properties"], "bootstrap.servers = b1:9092,b2:9092\n");
        var remote = Assert.Single(Remote(("KafkaConfig", directory["client.properties"])).Clusters.Clusters);
        Assert.Equal(("remote", "b1:9092,b2:9092"), (remote.Definition.Id, remote.Options.Kafka));
        var named = Assert.Single(Remote(("KafkaConfig", directory["client.properties"]), ("Kafka", "other:1")).Clusters.Clusters);
        Assert.Equal("other:1", named.Options.Kafka);
    }

    [Fact]
    public void Without_any_cluster_it_starts_all_the_same() => Assert.Null(Remote(("Local", "false")).Problem());

    [Fact]
    public void Which_setting_is_wrong_is_told()
    {
        using var directory = new TempDirectory();
        File.WriteAllText(directory["client.properties"], "bootstrap.servers=b:1\nx=\\u1\n");
        var problem = Remote(("KafkaConfig", directory["client.properties"])).Problem();
        Assert.StartsWith("--kafka-config: ", problem, StringComparison.Ordinal);
        Assert.Contains("client.properties line 2: ", problem, StringComparison.Ordinal);
        File.WriteAllText(directory["client.properties"], "sasl.mechanism=PLAIN\n");
        Assert.Contains("Neither kafka", Remote(("KafkaConfig", directory["client.properties"])).Problem(), StringComparison.Ordinal);
    }

    static CastellanOptions Remote(params (string Key, string Value)[] settings) => CastellanOptions.Read(
        new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(s => $"Castellan:{s.Key}", s => (string?)s.Value)).Build());

    static CastellanOptions Read(string json) => CastellanOptions.Read(Json(json));

    static IConfigurationRoot Json(string json) =>
        new ConfigurationBuilder().AddJsonStream(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(json))).Build();
}
