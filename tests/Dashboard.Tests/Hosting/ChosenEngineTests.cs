using Dashboard.Hosting;
using Dashboard.Nodes;
using Dashboard.Nodes.Exchanges;
using Microsoft.Extensions.Configuration;
using Testing;

namespace Dashboard.Tests.Hosting;

/// <summary>What was chosen on the Nodes page, at the next start.</summary>
public sealed class ChosenEngineTests : IDisposable
{
    readonly TempDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Fact]
    public void It_is_hosted_with_data_of_its_own_unless_the_settings_say_another()
    {
        Keep("""
            {
              "engine": "Apache", "mode": "KRaft", "kafkaHome": "/opt/kafka", "coordinators": 3, "controllers": 1, "combined": true,
              "brokers": 2, "kafkaHeap": "512m", "zooKeeperHeap": "128m"
            }
            """);
        // there is data of Castellan's own servers
        Directory.CreateDirectory(directory["zk1"]);
        File.WriteAllText(directory["zk1/zoo.cfg"], "");

        var chosen = Read();
        Assert.Null(chosen.Problem());
        var hosting = chosen.Hosting(directory.Path);
        Assert.Equal(directory["engines/apache-kraft-combined"], hosting.DataDirectory);
        Assert.Equal(("/opt/kafka", 1, true, 2), (
            hosting.Apache!.KafkaHome, hosting.Apache.Controllers, hosting.Apache.Combined, hosting.Brokers));
        Assert.NotEmpty(hosting.Apache.Launch);
        Assert.Equal(4, Read(("Brokers", "4")).Hosting(directory.Path).Brokers);

        var set = Read(("Engine", "embedded"));
        Assert.True(set.EngineIsSet);
        Assert.Equal((directory.Path, null), (set.Hosting(directory.Path).DataDirectory, set.Hosting(directory.Path).Apache));
    }

    [Fact]
    public void A_choice_that_cannot_be_understood_is_told_with_its_file()
    {
        Keep("{");
        var fault = Assert.Throws<HostingException>(() => Read());
        Assert.Contains(KeptChoice.FileName, fault.Message, StringComparison.Ordinal);
        Assert.Contains("delete it and choose again", fault.Message, StringComparison.Ordinal);
    }

    void Keep(string json) => File.WriteAllText(directory[KeptChoice.FileName], json);

    CastellanOptions Read(params (string Key, string Value)[] settings) => CastellanOptions.Read(new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Append(("Data", directory.Path))
            .Select(s => KeyValuePair.Create($"{CastellanOptions.Section}:{s.Item1}", (string?)s.Item2)))
        .Build());
}
