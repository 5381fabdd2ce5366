using Dashboard.Clusters;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Access;
using Microsoft.AspNetCore.DataProtection;
using Testing;
using static Dashboard.Tests.Clusters.CatalogWorld;

namespace Dashboard.Tests.Clusters;

/// <summary>clusters.json: what is in it, who may read it, and that nothing of it is lost.</summary>
public sealed class KeptClustersTests : IDisposable
{
    const string Planted = "planted-secret-4711";

    readonly TempDirectory directory = new();
    readonly EphemeralDataProtectionProvider keys = new();

    static CancellationToken Token => TestContext.Current.CancellationToken;

    string FilePath => directory["clusters.json"];

    public void Dispose() => directory.Dispose();

    [Fact]
    public void Secrets_are_encrypted_and_come_back_and_the_file_is_the_owners()
    {
        var definition = Definition("prod", ("sasl.jaas.config", Planted), ("sasl.mechanism", "PLAIN")) with
        {
            ZooKeeper = "127.0.0.1:1/kafka",
            ZooKeeperProperties = Definition("x", ("digest", $"user:{Planted}")).Properties,
            Label = "production",
            SchemaRegistry = Definition("x", ("url", "http://registry:8081"), ("token", Planted)).Properties,
            Metrics = "http://b:7071/metrics",
        };
        Save(definition);
        var text = File.ReadAllText(FilePath);
        Assert.DoesNotContain(Planted, text, StringComparison.Ordinal);
        Assert.Contains("\"sasl.mechanism\": \"PLAIN\"", text, StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(FilePath));
        }

        var read = Assert.Single(Store().Load()).Definition!;
        Assert.Equal(Planted, read.Properties["sasl.jaas.config"]);
        Assert.Equal("PLAIN", read.Properties["sasl.mechanism"]);
        Assert.Equal($"user:{Planted}", read.ZooKeeperProperties["digest"]);
        Assert.Equal(("production", "127.0.0.1:1/kafka"), (read.Label, read.ZooKeeper));
        Assert.Equal(
            ("http://registry:8081", Planted, "http://b:7071/metrics"),
            (read.SchemaRegistry["url"], read.SchemaRegistry["token"], read.Metrics));
    }

    [Fact]
    public void What_cannot_be_decrypted_stays_in_the_file()
    {
        Save(Definition("prod", ("ssl.key.password", Planted)));
        var other = Store(new EphemeralDataProtectionProvider());
        var locked = Assert.Single(other.Load());
        Assert.Null(locked.Definition);
        Assert.Contains("prod cannot be decrypted", locked.Problem!.English, StringComparison.Ordinal);
        Assert.Equal(ClusterDefinition.KeepSecret, locked.Locked!.Properties["ssl.key.password"]);
        other.Save([locked, other.Seal(Definition("more"))]);
        var read = Store().Load();
        Assert.Equal(Planted, read[0].Definition!.Properties["ssl.key.password"]);
        Assert.Equal("more", read[1].Definition!.Id);
    }

    [Theory]
    [InlineData("{ not json planted-secret-4711")]
    [InlineData("""{"version":2,"clusters":[]}""")]
    [InlineData("""{"version":1,"clusters":[{"name":"x"}]}""")]
    [InlineData("[]")]
    [InlineData("")]
    public async Task A_file_that_cannot_be_read_is_a_problem_and_is_not_written_over(string content)
    {
        await using var world = new CatalogWorld();
        File.WriteAllText(world.KeptFile, content);
        var catalog = world.Start();
        Assert.Contains(world.KeptFile, Assert.Single(catalog.Problems).English, StringComparison.Ordinal);
        Assert.DoesNotContain(Planted, catalog.Problems[0].English, StringComparison.Ordinal);
        var refused = await Assert.ThrowsAsync<ClusterDefinitionException>(
            () => catalog.AddAsync(Definition("x"), Actor.Program("me"), Token));
        Assert.Equal(DefinitionFault.Conflict, refused.Fault);
        Assert.Equal(content, File.ReadAllText(world.KeptFile));
    }

    [Fact]
    public async Task When_it_cannot_be_written_nothing_changes()
    {
        await using var world = new CatalogWorld();
        await world.Catalog.AddAsync(Definition("one"), Actor.Program("me"), Token);
        Directory.CreateDirectory(world.KeptFile + ".tmp");
        var failed = await Assert.ThrowsAsync<IOException>(() => world.Catalog.AddAsync(Definition("two"), Actor.Program("me"), Token));
        Assert.Contains(world.KeptFile, failed.Message, StringComparison.Ordinal);
        Assert.Equal(["one"], world.Ids);
        Assert.Single(await world.Audit.ReadLastAsync(10, Token));
    }

    /// <summary>A secret that is kept and cannot be read is never taken for its mask, and nothing else of the definition is lost.</summary>
    [Fact]
    public async Task What_cannot_be_decrypted_is_opened_by_its_secrets_or_removed()
    {
        await using var world = new CatalogWorld();
        var given = Definition("prod", ("castellan.secret", Planted), ("client.id", "us"));
        await world.Catalog.AddAsync(given, Actor.Program("me"), Token);
        await world.Catalog.AddAsync(Definition("old", ("castellan.secret", Planted)), Actor.Program("me"), Token);
        var catalog = world.Start(new EphemeralDataProtectionProvider());
        Assert.Equal(["prod", "old"], catalog.Locked.Select(one => one.Id));
        Assert.Equal((ClusterDefinition.KeepSecret, "us"), (Secret(catalog.Locked[0]), catalog.Locked[0].Properties["client.id"]));
        Assert.Empty(world.Ids);
        var masked = await Assert.ThrowsAsync<ClusterDefinitionException>(
            () => catalog.ReplaceAsync(catalog.Locked[0], Actor.Program("me"), Token));
        Assert.Equal("properties.castellan.secret", masked.Field);
        await catalog.ReplaceAsync(given, Actor.Program("me"), Token);
        await catalog.RemoveAsync("old", Actor.Program("me"), Token);
        Assert.Empty(catalog.Locked);
        Assert.Empty(catalog.Problems);
        Assert.Equal(["prod"], world.Ids);

        static string Secret(ClusterDefinition definition) => definition.Properties["castellan.secret"];
    }

    [Fact]
    public void What_a_later_version_wrote_of_a_cluster_stays()
    {
        File.WriteAllText(FilePath, """{"version":1,"clusters":[{"id":"a","kafka":"127.0.0.1:1","registry":{"url":"http://r"}}]}""");
        var store = Store();
        store.Save(store.Load());
        Assert.Contains("http://r", File.ReadAllText(FilePath), StringComparison.Ordinal);
    }

    KeptClusters Store(IDataProtectionProvider? other = null) => new(directory.Path, other ?? keys);

    void Save(ClusterDefinition definition)
    {
        var store = Store();
        store.Save([store.Seal(definition)]);
    }
}
