using System.Collections.Frozen;
using Dashboard.Clusters;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Access;
using Dashboard.Tests.Fakes;
using static Dashboard.Tests.Clusters.CatalogWorld;

namespace Dashboard.Tests.Clusters;

/// <summary>What is added, changed and removed, where that is refused, and what is written of it.</summary>
public sealed class ClusterCatalogTests
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_may_not_define_a_cluster_is_refused_and_written_down()
    {
        await using var world = new CatalogWorld();
        await world.Catalog.AddAsync(Definition("prod"), Actor.Program("me"), Token);
        var operators = FakeActor.With("operator");
        foreach (var change in (Func<Task>[])
            [
                () => world.Catalog.AddAsync(Definition("new"), operators, Token),
                () => world.Catalog.ReplaceAsync(Definition("prod") with { ReadOnly = true }, operators, Token),
                () => world.Catalog.RemoveAsync("prod", operators, Token),
                () => world.Catalog.TestAsync(Definition("prod"), operators, Token),
            ])
        {
            var refused = await Assert.ThrowsAsync<ClusterDefinitionException>(change);
            Assert.Equal(DefinitionFault.Denied, refused.Fault);
            Assert.StartsWith("operator anna may not add, change or remove clusters on ", refused.Message, StringComparison.Ordinal);
        }

        Assert.Equal(["prod"], world.Ids);
        Assert.False(world.Catalog.Definitions.Single().ReadOnly);
        Assert.Equal(
            ["anna refused", "anna refused", "anna refused", "me done"],
            (await world.Audit.ReadLastAsync(9, Token)).Select(entry => $"{entry.User} {entry.Outcome}"));
        await world.Catalog.ReplaceAsync(Definition("prod") with { ReadOnly = true }, Actor.Program("me"), Token);
        var written = (await world.Audit.ReadLastAsync(1, Token)).Single();
        Assert.Equal(("readOnly=false", "readOnly=true"), (written.Before, written.After));
    }

    [Fact]
    public async Task A_cluster_is_added_changed_and_removed_and_outlives_a_start()
    {
        await using var world = new CatalogWorld(Listed(Definition("remote") with { Source = DefinitionSource.Settings }));
        var changes = 0;
        world.Catalog.Changed += () => changes++;
        await world.Catalog.AddAsync(Definition("prod") with { Label = "production", Colour = "red" }, Actor.Program("me"), Token);
        await world.Catalog.AddAsync(Definition("test"), Actor.Program("me"), Token);
        Assert.Equal(["remote", "prod", "test"], world.Ids);
        await world.Catalog.ReplaceAsync(Definition("prod") with { Name = "Production", ReadOnly = true }, Actor.Program("you"), Token);
        await world.Catalog.RemoveAsync("test", Actor.Program("me"), Token);
        Assert.Equal(["remote", "prod"], world.Ids);
        Assert.Equal(4, changes);

        var again = world.Start();
        Assert.Empty(again.Problems);
        var kept = again.Definitions[1];
        Assert.Equal(
            ("prod", "Production", null, true, DefinitionSource.Kept), (kept.Id, kept.Name, kept.Label, kept.ReadOnly, kept.Source));

        var written = await world.Audit.ReadLastAsync(10, Token);
        Assert.Equal(
            ["cluster.remove test me", "cluster.replace prod you", "cluster.add test me", "cluster.add prod me"],
            written.Select(entry => $"{entry.Action} {entry.Subject} {entry.User}"));
        Assert.Equal("name, label, colour, readOnly", written[1].Details);
    }

    [Fact]
    public async Task A_plan_says_what_would_change_and_changes_nothing()
    {
        await using var world = new CatalogWorld();
        var add = world.Catalog.Plan(new AddCluster(Definition("prod")));
        Assert.Equal(("add", "prod", true), (add.Action, add.Id, add.Connects));
        Assert.Equal(["name", "kafka"], add.Changes);
        Assert.Empty(world.Ids);
        Assert.False(File.Exists(world.KeptFile));

        await world.Catalog.AddAsync(Definition("prod"), Actor.Program("me"), Token);
        var named = world.Catalog.Plan(new ReplaceCluster(Definition("prod") with { Name = "Production" }));
        Assert.Equal(("replace", false), (named.Action, named.Connects));
        var moved = world.Catalog.Plan(new ReplaceCluster(Definition("prod") with { Kafka = "127.0.0.1:2" }));
        Assert.Equal(("replace", true), (moved.Action, moved.Connects));
        Assert.Equal(["kafka"], moved.Changes);
        Assert.Equal("remove", world.Catalog.Plan(new RemoveCluster("prod")).Action);
        Assert.Equal("127.0.0.1:1", world.Catalog.Definitions[0].Kafka);
        Assert.Single(await world.Audit.ReadLastAsync(10, Token));
    }

    [Theory]
    [InlineData("Prod", "127.0.0.1:1", null, "id")]
    [InlineData("-x", "127.0.0.1:1", null, "id")]
    [InlineData("a/b", "127.0.0.1:1", null, "id")]
    [InlineData("prod", null, null, "kafka")]
    [InlineData("prod", "", " ", "kafka")]
    [InlineData("prod", "broker:many", null, "kafka")]
    [InlineData("prod", null, "zk:2181/kafka/", "zookeeper")]
    public async Task A_field_that_cannot_be_taken_is_named(string id, string? kafka, string? zooKeeper, string field)
    {
        await using var world = new CatalogWorld();
        var given = Definition(id) with { Kafka = kafka, ZooKeeper = zooKeeper };
        var refused = await Assert.ThrowsAsync<ClusterDefinitionException>(() => world.Catalog.AddAsync(given, Actor.Program("me"), Token));
        Assert.Equal((field, DefinitionFault.Wrong), (refused.Field, refused.Fault));
        Assert.Empty(world.Ids);
    }

    [Fact]
    public async Task More_fields_that_cannot_be_taken()
    {
        await using var world = new CatalogWorld();
        var map = new Dictionary<string, string> { ["broker:9092"] = "localhost" }.ToFrozenDictionary();
        (ClusterDefinition Given, string Field)[] wrong =
        [
            (Definition("a") with { Name = " " }, "name"),
            (Definition("a") with { Label = "two\nlines" }, "label"),
            (Definition("a") with { Colour = "pink" }, "colour"),
            (Definition("a") with { AddressMap = map }, "addresses.broker:9092"),
            (Definition("a", ("sasl.jaas.config", ClusterDefinition.KeepSecret)), "properties.sasl.jaas.config"),
            (Definition("a", ("x", new string('x', 100_000))), "properties.x"),
        ];
        foreach (var (given, field) in wrong)
        {
            Assert.Equal(field, Assert.Throws<ClusterDefinitionException>(() => world.Catalog.Plan(new AddCluster(given))).Field);
        }
    }

    [Fact]
    public async Task What_is_not_kept_here_is_changed_where_it_stands()
    {
        await using var world = new CatalogWorld(
            Listed(Definition("local") with { Source = DefinitionSource.Hosted }, "this process"),
            Listed(Definition("remote") with { Source = DefinitionSource.Settings }, "--kafka"));
        await world.Catalog.TakeFileAsync(
            new([Listed(Definition("filed") with { Source = DefinitionSource.File }, "clusters.yaml line 2")], [], []), Token);
        Refused(new RemoveCluster("local"), DefinitionFault.Conflict, "--no-local");
        Refused(new RemoveCluster("remote"), DefinitionFault.Conflict, "--kafka");
        Refused(new ReplaceCluster(Definition("filed")), DefinitionFault.Conflict, "clusters.yaml line 2");
        Refused(new AddCluster(Definition("filed")), DefinitionFault.Conflict, "already");
        Refused(new RemoveCluster("none"), DefinitionFault.Unknown, "no cluster none");
        Refused(new ReplaceCluster(Definition("none")), DefinitionFault.Unknown, "no cluster none");

        void Refused(CatalogChange change, DefinitionFault fault, string words)
        {
            var refused = Assert.Throws<ClusterDefinitionException>(() => world.Catalog.Plan(change));
            Assert.Equal(fault, refused.Fault);
            Assert.Contains(words, refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Of_two_with_one_id_the_first_stays_and_the_other_is_a_problem()
    {
        await using var world = new CatalogWorld();
        await world.Catalog.AddAsync(Definition("prod"), Actor.Program("me"), Token);
        var filed = Definition("prod") with { Kafka = "127.0.0.1:2", Source = DefinitionSource.File };
        await world.Catalog.TakeFileAsync(new([Listed(filed, "clusters.yaml line 2")], [], []), Token);
        Assert.Equal("127.0.0.1:2", Assert.Single(world.Catalog.Definitions).Kafka);
        Assert.Contains("from clusters.yaml line 2", Assert.Single(world.Catalog.Problems).English, StringComparison.Ordinal);
        await world.Catalog.TakeFileAsync(ClusterList.Empty, Token);
        Assert.Equal("127.0.0.1:1", Assert.Single(world.Catalog.Definitions).Kafka);
        Assert.Empty(world.Catalog.Problems);
        Assert.Equal(
            ["replace", "replace", "add"],
            (await world.Audit.ReadLastAsync(10, Token)).Select(entry => entry.Action.Split('.')[1]));
    }

    [Fact]
    public async Task There_is_room_for_a_hundred()
    {
        await using var world = new CatalogWorld();
        var many = Enumerable.Range(0, ClusterRegistry.MostClusters + 7).Select(i => Listed(Definition($"c{i}"), $"line {i}"));
        await world.Catalog.TakeFileAsync(new([.. many], [], []), Token);
        Assert.Equal(ClusterRegistry.MostClusters, world.Registry.Clusters.Count);
        Assert.Equal(
            "line 100: there is room for 100 clusters; left out: c100, c101, c102, c103, c104 and 2 more.",
            Assert.Single(world.Catalog.Problems).English);
        var refused = Assert.Throws<ClusterDefinitionException>(() => world.Catalog.Plan(new AddCluster(Definition("more"))));
        Assert.Contains("remove one first", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_test_tells_each_step_until_one_fails()
    {
        await using var world = new CatalogWorld();
        var steps = await world.Catalog.TestAsync(Definition("x") with { ZooKeeper = "127.0.0.1:1" }, Actor.Program("me"), Token);
        Assert.Equal(
            ["resolve True", "connect False", "zookeeper.resolve True", "zookeeper.connect False"],
            steps.Select(step => $"{step.Step} {step.Ok}"));
        Assert.Contains("127.0.0.1:1", steps[1].Detail, StringComparison.Ordinal);
        var nowhere = await world.Catalog.TestAsync(
            Definition("x") with { Kafka = "no-such-host.invalid:9092" }, Actor.Program("me"), Token);
        Assert.Contains("no-such-host.invalid", Assert.Single(nowhere).Detail, StringComparison.Ordinal);
    }
}
