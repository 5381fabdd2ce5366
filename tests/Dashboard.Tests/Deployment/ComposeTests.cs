using Testing;
using YamlDotNet.Serialization;

namespace Dashboard.Tests.Deployment;

/// <summary>The compose files and the image's: no engine is here to run them, so that what they rely on is looked at.</summary>
public sealed class ComposeTests
{
    static readonly string docker = Path.Combine(RunningDashboard.Root, "docker");

    public static TheoryData<string> Files => ["compose.zookeeper.yaml", "compose.kraft.yaml"];

    [Theory]
    [MemberData(nameof(Files))]
    public void The_dashboard_runs_without_rights_and_its_settings_are_known(string file)
    {
        var castellan = Map(Services(file)["castellan"]);
        Assert.Equal("true", castellan["read_only"]);
        Assert.Equal(["ALL"], List(castellan["cap_drop"]));
        Assert.Equal(["no-new-privileges:true"], List(castellan["security_opt"]));
        Assert.All(List(castellan["ports"]), port => Assert.StartsWith("127.0.0.1:", port));
        Assert.All(Map(castellan["environment"]).Keys, name => DeploymentSettings.AssertKnown((string)name));
        var build = Map(castellan["build"]);
        Assert.True(File.Exists(Path.Combine(docker, (string)build["context"], (string)build["dockerfile"])));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Three_nodes_of_each_kind_with_volumes_of_their_own_that_are_declared(string file)
    {
        var services = Services(file);
        string[] kinds = file.Contains("zookeeper", StringComparison.Ordinal) ? ["zk", "kafka"] : ["kafka"];
        var nodes = kinds.SelectMany(kind => Enumerable.Range(1, 3).Select(i => $"{kind}{i}")).ToList();
        Assert.Equal(nodes.Append("castellan").Order(), services.Keys.Cast<string>().Order());
        var mounts = services.Values.SelectMany(s => List(Map(s)["volumes"])).Select(v => v.Split(':')[0]).ToList();
        var files = mounts.Where(m => m.StartsWith('.')).Distinct().ToList();
        Assert.All(files, path => Assert.True(File.Exists(Path.Combine(docker, path)), path));
        var named = mounts.Where(m => !m.StartsWith('.')).ToList();
        Assert.Equal(named.Distinct(), named);
        Assert.Equal(named.Order(), Map(Read(file)["volumes"]).Keys.Cast<string>().Order());
    }

    /// <summary>A container's own port is what it advertises to this machine: a client that is sent elsewhere finds nobody.</summary>
    [Theory]
    [MemberData(nameof(Files))]
    public void What_a_broker_advertises_outside_is_published(string file)
    {
        foreach (var (name, service) in Services(file).Where(s => ((string)s.Key).StartsWith("kafka", StringComparison.Ordinal)))
        {
            var environment = Map(Map(service)["environment"]);
            var port = environment.TryGetValue("PORT", out var given)
                ? (string)given
                : ((string)environment["KAFKA_ADVERTISED_LISTENERS"]).Split("OUTSIDE://localhost:")[1];
            Assert.Equal([$"127.0.0.1:{port}:{port}"], List(Map(service)["ports"]));
            // an engine kills after 10 s unless told otherwise, and the last broker of a cluster that stops takes longer
            Assert.Equal("40s", Map(service)["stop_grace_period"]);
        }
    }

    [Fact]
    public void The_image_has_what_it_is_built_from_and_is_nobodys()
    {
        var lines = File.ReadAllLines(Path.Combine(docker, "Dockerfile"));
        var copied = lines.Where(l => l.StartsWith("COPY ", StringComparison.Ordinal) && !l.Contains("--from", StringComparison.Ordinal))
            .SelectMany(l => l.Split(' ')[1..^1]).ToList();
        Assert.All(copied, path => Assert.True(Path.Exists(Path.Combine(RunningDashboard.Root, path)), path));
        var ignored = File.ReadAllLines(Path.Combine(docker, "Dockerfile.dockerignore"));
        Assert.All(
            copied.Where(path => !path.StartsWith("Directory.", StringComparison.Ordinal)), path => Assert.Contains($"!{path}", ignored));
        var last = lines.SkipWhile(l => !l.StartsWith("FROM mcr", StringComparison.Ordinal)).ToList();
        Assert.Contains("USER $APP_UID", last);
        var check = Assert.Single(last, line => line.StartsWith("HEALTHCHECK ", StringComparison.Ordinal));
        Assert.EndsWith("\"health\"]", check, StringComparison.Ordinal);
        // else every start warns that the base image's port is overridden
        Assert.Contains(last, line => line.Trim() == "ASPNETCORE_HTTP_PORTS= \\");
        Assert.All(
            string.Join(' ', last).Split(' ').Where(word => word.StartsWith("CASTELLAN_", StringComparison.Ordinal)),
            setting => DeploymentSettings.AssertKnown(setting.Split('=')[0]));
    }

    static IDictionary<object, object> Services(string file) => Map(Read(file)["services"]);

    static IDictionary<object, object> Read(string file)
    {
        using var reader = new StreamReader(Path.Combine(docker, file));
        var parser = new YamlDotNet.Core.MergingParser(new YamlDotNet.Core.Parser(reader));
        return new DeserializerBuilder().Build().Deserialize<Dictionary<object, object>>(parser);
    }

    static IDictionary<object, object> Map(object node) => Assert.IsAssignableFrom<IDictionary<object, object>>(node);

    static IEnumerable<string> List(object node) => Assert.IsAssignableFrom<IList<object>>(node).Cast<string>();
}
