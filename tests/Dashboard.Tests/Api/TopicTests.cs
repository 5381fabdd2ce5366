using System.Collections.Immutable;
using System.Net;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Commands;
using Dashboard.Monitoring.Model;
using Microsoft.Extensions.Logging.Abstractions;
using Testing;

namespace Dashboard.Tests.Api;

[Collection(typeof(DashboardCollection))]
public sealed class TopicTests(RunningDashboard dashboard)
{
    readonly Rest rest = new(dashboard);

    [Fact]
    public async Task A_dry_run_answers_with_the_placement_and_creates_nothing()
    {
        var plan = await rest.PostAsync("topics?dryRun=true", new { name = "planned", partitions = 4, replicationFactor = 2 });
        Assert.True(plan.Status == HttpStatusCode.OK, plan.Text);
        var placement = plan.Body["placement"]!.AsObject();
        Assert.Equal(["0", "1", "2", "3"], placement.Select(p => p.Key));
        Assert.All(placement, p => Assert.Equal(2, p.Value!.AsArray().Select(r => r!.GetValue<int>()).Distinct().Count()));
        Assert.Empty(plan.Body["refusals"]!.AsArray());
        Assert.True(plan.Body["canRun"]!.GetValue<bool>());
        // the znode, not the snapshot: it would tell at once
        Assert.DoesNotContain("planned", (await rest.ValueAsync("znodes?path=/kafka/brokers/topics")).Strings("children"));
    }

    [Fact]
    public async Task A_topic_is_created_with_partitions_factor_and_configs_and_deleted()
    {
        var configs = new Dictionary<string, string> { ["retention.ms"] = "60000" };
        var created = await rest.PostAsync("topics", new { name = "made.by_rest-1", partitions = 4, replicationFactor = 2, configs });
        Assert.True(created.Status == HttpStatusCode.Created, created.Text);
        Assert.Equal("/api/clusters/local/topics/made.by_rest-1", created.Location);
        var topic = await rest.ValueAsync(created.Location!);
        Assert.Equal(4, topic["partitions"]!.AsArray().Count);
        Assert.All(topic["partitions"]!.AsArray(), p => Assert.Equal(2, p!.Ints("replicas").Length));
        var again = await rest.PostAsync("topics", new { name = "made.by_rest-1", partitions = 1, replicationFactor = 1 });
        again.IsProblem(HttpStatusCode.Conflict, "TOPIC_ALREADY_EXISTS");
        var config = await rest.ValueAsync("znodes?path=/kafka/config/topics/made.by_rest-1");
        var data = System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(config.Text("data")));
        Assert.Contains("\"retention.ms\":\"60000\"", data.Replace(" ", "", StringComparison.Ordinal));

        var plan = await rest.DeleteAsync("topics/made.by_rest-1?dryRun=true");
        Assert.True(plan.Status == HttpStatusCode.OK, plan.Text);
        Assert.Equal(4, plan.Body.Int("partitions"));
        Assert.Contains("made.by_rest-1", (await rest.ValueAsync("znodes?path=/kafka/brokers/topics")).Strings("children"));

        var deleted = await rest.DeleteAsync("topics/made.by_rest-1");
        Assert.True(deleted.Status == HttpStatusCode.NoContent, deleted.Text);
        (await rest.GetAsync("topics/made.by_rest-1")).IsProblem(HttpStatusCode.NotFound, "UNKNOWN_TOPIC_OR_PARTITION");
        Assert.Contains(Audit(), line => Holds(line, "\"topic.create\"", "made.by_rest-1", "\"done\""));
        Assert.Contains(Audit(), line => Holds(line, "\"topic.create\"", "TOPIC_ALREADY_EXISTS", "\"refused\""));
        Assert.Contains(Audit(), line => Holds(line, "\"topic.delete\"", "made.by_rest-1"));
    }

    [Fact]
    public async Task An_explicit_assignment_is_kept_as_given()
    {
        await using var topic = await rest.TopicAsync("placed", new() { ["0"] = [2, 0], ["1"] = [1, 2] });
        var partitions = (await rest.ValueAsync("topics/placed"))["partitions"]!.AsArray();
        Assert.Equal([2, 0], partitions[0]!.Ints("replicas"));
        Assert.Equal([1, 2], partitions[1]!.Ints("replicas"));
        Assert.Equal(2, partitions[0]!.Int("leader"));
    }

    [Fact]
    public async Task What_Kafka_refuses_is_told_in_its_words_and_nothing_is_made()
    {
        var copies = await rest.PostAsync("topics", new { name = "too-many-copies", partitions = 1, replicationFactor = 4 });
        copies.IsProblem(HttpStatusCode.UnprocessableEntity, "INVALID_REPLICATION_FACTOR");
        var name = await rest.PostAsync("topics", new { name = "no partitions", partitions = 1, replicationFactor = 1 });
        name.IsProblem(HttpStatusCode.UnprocessableEntity, "INVALID_TOPIC_EXCEPTION");
        var zero = await rest.PostAsync("topics", new { name = "zero", partitions = 0, replicationFactor = 1 });
        zero.IsProblem(HttpStatusCode.UnprocessableEntity, "INVALID_PARTITIONS");
        var configs = new Dictionary<string, string> { ["retention.ms"] = "soon" };
        var config = await rest.PostAsync("topics", new { name = "config", partitions = 1, replicationFactor = 1, configs });
        config.IsProblem(HttpStatusCode.UnprocessableEntity, "INVALID_CONFIG");
        (await rest.DeleteAsync("topics/no-such-topic")).IsProblem(HttpStatusCode.NotFound, "UNKNOWN_TOPIC_OR_PARTITION");
        var plan = await rest.PostAsync("topics?dryRun=true", new { name = "too-many-copies", partitions = 1, replicationFactor = 4 });
        Assert.Equal(HttpStatusCode.OK, plan.Status);
        Assert.Equal("INVALID_REPLICATION_FACTOR", plan.Body["refusals"]![0]!.Text("code"));
        Assert.False(plan.Body["canRun"]!.GetValue<bool>());
    }

    [Fact]
    public async Task Units_are_understood_and_what_is_none_is_refused_by_the_settings_name()
    {
        var configs = new Dictionary<string, string> { ["retention.ms"] = "7 days", ["min.insync.replicas"] = "3" };
        var plan = await rest.PostAsync("topics?dryRun=true", new { name = "kept", partitions = 1, replicationFactor = 2, configs });
        Assert.Equal("604800000", plan.Body["command"]!["configs"]!.Text("retention.ms"));
        Assert.Equal("MinIsrAboveFactor", plan.Body["notes"]![0]!.Text("key"));
        configs = new() { ["segment.bytes"] = "much" };
        var refused = await rest.PostAsync("topics", new { name = "kept", partitions = 1, replicationFactor = 1, configs });
        refused.IsProblem(HttpStatusCode.UnprocessableEntity, "INVALID_CONFIG");
        Assert.Contains("segment.bytes", refused.Body.Text("detail"), StringComparison.Ordinal);
        Assert.Equal("refused", refused.Body.Text("outcome"));
    }

    /// <summary>
    /// The controller waits in vain for the leader of a partition whose broker is not there, and says that its time is over: the topic
    /// exists. In a cluster of its own, because with ZooKeeper such a topic cannot be deleted again until that broker comes.
    /// </summary>
    [Fact]
    public async Task A_creation_that_Kafka_itself_gives_up_waiting_for_is_found_to_be_done()
    {
        await using var alone = new RunningDashboard
        {
            Arguments = ["--urls", "http://127.0.0.1:0", "--coordinators", "1", "--brokers", "1", "--no-sample"],
        };
        await alone.InitializeAsync();
        var brokers = (await new Rest(alone).ValueAsync("brokers")).AsArray();
        var options = new ClusterMonitorOptions
        {
            Id = "hasty",
            Name = "hasty",
            Kind = ClusterKind.Remote,
            Kafka = $"127.0.0.1:{brokers[0]!.Int("port")}",
            CommandDeadline = TimeSpan.FromMilliseconds(200),
            CommandLookUp = Eventually.Deadline,
        };
        var audit = new Fakes.FakeAudit();
        await using var monitor = new ClusterMonitor(options, audit, NullLoggerFactory.Instance, TimeProvider.System);
        var assignment = ImmutableDictionary<int, ImmutableArray<int>>.Empty.Add(0, [0]).Add(1, [77]);
        var command = new CreateTopic("half", null, null, assignment, ImmutableDictionary<string, string>.Empty);
        var result = await monitor.Commands.RunAsync(command, Actor.Program("me"), null, TestContext.Current.CancellationToken);
        Assert.True(
            result.End == CommandEnd.Done && result.Reason?.Code == "REQUEST_TIMED_OUT", $"{result}; {string.Join("; ", result.Seen)}");
        // what the brokers show, or before they do what the controller says of a second creation
        var seen = Assert.Single(result.Seen);
        Assert.Contains(seen.Key, (string[])["TopicWithoutLeader", "TopicTaken"]);
        var entry = Assert.Single(await audit.ReadLastAsync(5, TestContext.Current.CancellationToken));
        Assert.Equal(("done", seen.Words), (entry.Outcome, entry.Seen));
    }

    [Theory]
    [InlineData("1")]
    [InlineData("77")]
    [InlineData("\"clean\"")]
    public async Task An_elections_type_is_one_of_its_words(string type) =>
        (await rest.SendAsync(HttpMethod.Post, "elections?dryRun=true", prepare: r => r.Content = Json($"{{\"type\":{type}}}")))
            .IsProblem(HttpStatusCode.BadRequest, "INVALID_REQUEST");

    [Theory]
    [InlineData("{", "The body cannot be read: line 1, byte 2: Expected")]
    [InlineData("", "The body is missing: an object of name, partitions, replicationFactor, assignment, configs is expected.")]
    [InlineData("[]", "The body: an object of name, partitions, replicationFactor, assignment, configs is expected.")]
    [InlineData("{}", "name is missing")]
    [InlineData("""{"name":7}""", "name: a text is expected.")]
    [InlineData("""{"name":"x","partition":3}""", "partition: there is no such field; there are name, partitions, ")]
    [InlineData("""{"name":"x","partitions":"3"}""", "partitions: a whole number up to 2147483647 is expected.")]
    [InlineData("""{"name":"x","partitions":99999999999}""", "partitions: a whole number up to 2147483647 is expected.")]
    [InlineData("""{"name":"x","configs":["a.b"]}""", "configs: an object is expected.")]
    [InlineData("""{"name":"x","configs":{"a.b":{}}}""", "configs.a.b: a text is expected.")]
    [InlineData("""{"name":"x","assignment":{"zero":[1]}}""", "assignment")]
    [InlineData("""{"name":"x","assignment":{"0":[true]}}""", "assignment.0.0: a whole number up to 2147483647 is expected.")]
    [InlineData("""{"name":"x","assignment":{"0":null}}""", "assignment: ")]
    [InlineData("""{"name":"x","partitions":3,"assignment":{"0":[1]}}""", "partitions: 3 are asked for, and the assignment has 1")]
    [InlineData("""{"name":"x","replicationFactor":2,"assignment":{"0":[1]}}""", "replicationFactor: ")]
    [InlineData("""{"name":null}""", "name is missing")]
    public async Task A_body_that_cannot_be_read_is_a_problem_that_says_where(string body, string detail)
    {
        var answer = await rest.SendAsync(HttpMethod.Post, "topics", prepare: r => r.Content = Json(body));
        answer.IsProblem(HttpStatusCode.BadRequest, "INVALID_REQUEST");
        Assert.Contains(detail, answer.Body.Text("detail"), StringComparison.Ordinal);
        Assert.DoesNotContain("Dashboard.", answer.Body.Text("detail"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dry_run=true", "dry_run: this address takes no such parameter; it takes dryRun.")]
    [InlineData("dryRun=true&validate", "validate: this address takes no such parameter; it takes dryRun.")]
    [InlineData("dryRun=perhaps", "dryRun=perhaps: it is true or false.")]
    public async Task A_parameter_that_is_misspelt_changes_nothing(string query, string detail)
    {
        var name = $"misspelt-{Guid.NewGuid():N}";
        var answer = await rest.SendAsync(HttpMethod.Post, $"topics?{query}", prepare: r => r.Content = Json($$"""{"name":"{{name}}"}"""));
        answer.IsProblem(HttpStatusCode.BadRequest, "INVALID_REQUEST");
        Assert.Contains(detail, answer.Body.Text("detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_question_with_a_misspelt_parameter_is_not_answered_as_if_it_had_none()
    {
        var misspelt = await rest.SendAsync(HttpMethod.Get, "topics/orders/messages?filer=text:x");
        misspelt.IsProblem(HttpStatusCode.BadRequest, "INVALID_REQUEST");
        Assert.Equal(HttpStatusCode.OK, (await rest.SendAsync(HttpMethod.Get, "topics?_=1795996454")).Status);
    }

    [Fact]
    public async Task A_body_that_is_not_JSON_is_told_what_to_send()
    {
        var answer = await rest.SendAsync(
            HttpMethod.Post, "topics", prepare: r => r.Content = new FormUrlEncodedContent([new("name", "x")]));
        answer.IsProblem(HttpStatusCode.UnsupportedMediaType, "INVALID_REQUEST");
        Assert.Contains("application/json", answer.Body.Text("detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_query_that_is_missing_or_wrong_is_named()
    {
        var missing = await rest.GetAsync("znodes");
        missing.IsProblem(HttpStatusCode.BadRequest, "INVALID_REQUEST");
        Assert.Contains("path", missing.Body.Text("detail"), StringComparison.Ordinal);
        var wrong = await rest.DeleteAsync("topics/orders?dryRun=perhaps");
        wrong.IsProblem(HttpStatusCode.BadRequest, "INVALID_REQUEST");
        Assert.Contains("dryRun", wrong.Body.Text("detail"), StringComparison.Ordinal);
    }

    static StringContent Json(string body) => new(body, System.Text.Encoding.UTF8, "application/json");

    static bool Holds(string line, params string[] parts) => Array.TrueForAll(parts, part => line.Contains(part, StringComparison.Ordinal));

    string[] Audit() => File.ReadAllLines(Path.Combine(dashboard.DataDirectory, "audit.jsonl"));
}
