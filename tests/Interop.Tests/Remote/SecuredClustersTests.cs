using System.Net;
using System.Text.Json.Nodes;
using Confluent.Kafka;
using Testing;
using Testing.Security;

namespace Interop.Tests.Remote;

/// <summary>
/// The real program in front of a broker of Apache's that lets nobody in without TLS or a login: added through REST, tested step by step,
/// read and changed as any other cluster.
/// </summary>
[Collection(typeof(Alone))]
public sealed class SecuredClustersTests(SecuredKafkaFixture fixture) : IClassFixture<SecuredKafkaFixture>, IAsyncDisposable
{
    const string Modules = "org.apache.kafka.common.security.";

    static readonly string[] steps = ["resolve", "connect", "tls", "authenticate", "apiVersions", "clusterId", "authorize"];

    readonly RunningDashboard dashboard = new() { Arguments = ["--urls", "http://127.0.0.1:0", "--no-local"] };

    public ValueTask DisposeAsync() => dashboard.DisposeAsync();

    [Fact]
    public async Task A_secured_cluster_is_added_tested_read_and_changed_by_each_mechanism()
    {
        var broker = await fixture.GetAsync();
        await dashboard.InitializeAsync();
        var ways = new Dictionary<string, (string Listener, Dictionary<string, string> Properties)>
        {
            ["tunnel"] = ("UNREACHABLE", []),
            ["scram"] = ("SASLSSL", Login(broker, "SASL_SSL", "SCRAM-SHA-512", "scram.ScramLoginModule", SecuredKafka.Password)),
            ["plain"] = ("SASL", Login(broker, "SASL_PLAINTEXT", "PLAIN", "plain.PlainLoginModule", SecuredKafka.Password)),
            ["mutual"] = ("MTLS", Mutual(broker)),
            ["oauth"] = ("SASLSSL", OAuth(broker)),
        };
        foreach (var (id, (listener, properties)) in ways)
        {
            var addresses = new Dictionary<string, string> { ["broker.invalid:9092"] = broker["UNREACHABLE"] };
            var body = new { id, name = id, kafka = broker[listener], properties, addresses };
            var rest = new Rest(dashboard, id);
            var tested = (await rest.PostAsync("/api/clusters/test", body)).Body["steps"]!.AsArray();
            Assert.All(tested, step => Assert.True(step!["ok"]!.GetValue<bool>(), $"{id}: {step}"));
            Assert.Equal(steps, tested.Select(step => step!.Text("step")));
            Assert.Equal(HttpStatusCode.Created, (await rest.PostAsync("/api/clusters", body)).Status);

            await rest.EventuallyAsync("brokers", b => b.AsArray().Count == 1, $"{id}: the broker is known");
            await using var topic = await rest.TopicAsync($"made-by-{id}", new() { ["0"] = [1] });
            var printed = await External.KafkaToolAsync(
                External.KafkaHome!,
                "kafka-topics.sh",
                ["--bootstrap-server", broker["PLAINTEXT"], "--list"]);
            Assert.Contains($"made-by-{id}", printed.Output.Split('\n'));
            await rest.EventuallyAsync("topics", t => t.Has("name", $"made-by-{id}"), $"{id}: the topic is read");
            await WritesAsync(rest, $"made-by-{id}");
        }

        var all = (await new Rest(dashboard).GetAsync("/api/clusters")).Body.AsArray();
        Assert.All(all, cluster => Assert.Equal("3.9", cluster!.Text("version")));
        await ReadsNoSecretAsync(broker);
    }

    /// <summary>Single records and a job's, with transactions, as wherever records can be read.</summary>
    async Task WritesAsync(Rest rest, string topic)
    {
        foreach (var acks in (string[])["all", "leader", "none"])
        {
            var sent = await rest.PostAsync($"topics/{topic}/messages", new { key = "k", value = acks, acks });
            Assert.True(sent.Status == HttpStatusCode.OK, sent.Text);
        }

        var begun = await rest.PostAsync("jobs", new { kind = "generate", topic, records = 50, value = "made" });
        Assert.True(begun.Status == HttpStatusCode.Accepted, begun.Text);
        var shown = "";
        await Eventually.TrueAsync(
            async () => (shown = (await rest.GetAsync($"jobs/{begun.Body.Text("id")}")).Text)
                .Contains("\"state\":\"done\"", StringComparison.Ordinal),
            () => $"the job is done: {shown}", TimeSpan.FromSeconds(60));
        var read = await dashboard.Http.GetStringAsync(
            $"/api/clusters/{topic["made-by-".Length..]}/topics/{topic}/messages?from=oldest&limit=100",
            TestContext.Current.CancellationToken);
        Assert.Equal(53, read.TrimEnd().Split('\n').Length - 1);
    }

    [Fact]
    public async Task A_cluster_that_does_not_let_us_in_says_why_and_costs_the_others_nothing()
    {
        var broker = await fixture.GetAsync();
        await dashboard.InitializeAsync();
        var rest = new Rest(dashboard, "wrong");
        var wrong = Login(broker, "SASL_SSL", "SCRAM-SHA-512", "scram.ScramLoginModule", "not-" + SecuredKafka.Password);
        var tested = (await rest.PostAsync("/api/clusters/test", new { id = "wrong", kafka = broker["SASLSSL"], properties = wrong }))
            .Body["steps"]!.AsArray();
        Assert.Equal("authenticate", tested[^1]!.Text("step"));
        Assert.False(tested[^1]!["ok"]!.GetValue<bool>());

        await rest.PostAsync("/api/clusters", new { id = "wrong", name = "wrong", kafka = broker["SASLSSL"], properties = wrong });
        await rest.PostAsync("/api/clusters", new { id = "right", name = "right", kafka = broker["PLAINTEXT"] });
        await new Rest(dashboard, "right").EventuallyAsync("brokers", b => b.AsArray().Count == 1, "the other one is read");
        await Eventually.TrueAsync(
            async () => (await rest.GetAsync("topics")).Body["error"]?["reason"]?.GetValue<string>() == "authentication",
            "REST says that it is the login");
        var states = (await rest.GetAsync("/api/clusters")).Body;
        Assert.Equal("unreachable", states.Find("id", "wrong")!.Text("state"));
        await ReadsNoSecretAsync(broker);
    }

    [Fact]
    public async Task What_a_principal_may_not_describe_is_not_allowed_and_not_missing()
    {
        var broker = await fixture.GetAsync();
        await dashboard.InitializeAsync();
        foreach (var topic in (string[])["open", "hidden"])
        {
            await ToolAsync(broker, "kafka-topics.sh", "--create", "--topic", topic);
        }

        string[] describe = ["--add", "--allow-principal", "User:bob", "--operation", "Describe"];
        await ToolAsync(broker, "kafka-acls.sh", [.. describe, "--topic", "open", "--group", "*"]);
        using var reader = new ConsumerBuilder<Ignore, Ignore>(
            new ConsumerConfig { BootstrapServers = broker["PLAINTEXT"], GroupId = "watchers" }).Build();
        reader.Subscribe(["open", "hidden"]);
        await Eventually.TrueAsync(
            () => reader.Consume(TimeSpan.FromMilliseconds(200)) is null && reader.Assignment.Count == 2, "the member reads both");

        var bob = Login(broker, "SASL_PLAINTEXT", "PLAIN", "plain.PlainLoginModule", SecuredKafka.Password, "bob");
        var rest = new Rest(dashboard, "bob");
        await rest.PostAsync("/api/clusters", new { id = "bob", name = "bob", kafka = broker["SASL"], properties = bob });
        await rest.EventuallyAsync("topics", t => t.Has("name", "open") && !t.Has("name", "hidden"), "what may be described is listed");
        await Eventually.TrueAsync(
            async () => (await rest.GetAsync("topics/hidden")).Status == HttpStatusCode.Forbidden, "the other one may not be seen");
        (await rest.GetAsync("topics/hidden")).IsProblem(HttpStatusCode.Forbidden, "TOPIC_AUTHORIZATION_FAILED");
        (await rest.GetAsync("topics/nothing")).IsProblem(HttpStatusCode.NotFound, "UNKNOWN_TOPIC_OR_PARTITION");
        Assert.Contains("may not see hidden", await PageAsync("topics/hidden"), StringComparison.Ordinal);
        Assert.Contains("not allowed", await PageAsync("groups/watchers"), StringComparison.Ordinal);

        async Task<string> PageAsync(string page)
        {
            using var answer = await dashboard.Http.GetAsync($"/clusters/bob/{page}", TestContext.Current.CancellationToken);
            return await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task What_a_principal_may_not_write_is_in_the_plan_with_the_rights_that_it_takes()
    {
        var broker = await fixture.GetAsync();
        await dashboard.InitializeAsync();
        foreach (var topic in (string[])["given", "taken"])
        {
            await ToolAsync(broker, "kafka-topics.sh", "--create", "--topic", topic);
        }

        string[] may = ["--add", "--allow-principal", "User:bob"];
        await ToolAsync(broker, "kafka-acls.sh", [.. may, "--operation", "Read", "--operation", "Write", "--topic", "given"]);
        await ToolAsync(broker, "kafka-acls.sh", [.. may, "--operation", "Describe", "--topic", "taken"]);
        var bob = Login(broker, "SASL_PLAINTEXT", "PLAIN", "plain.PlainLoginModule", SecuredKafka.Password, "bob");
        var rest = new Rest(dashboard, "copying");
        await rest.PostAsync("/api/clusters", new { id = "copying", name = "copying", kafka = broker["SASL"], properties = bob });
        await rest.EventuallyAsync("topics", t => t.Has("name", "given") && t.Has("name", "taken"), "the topics are listed");
        var sent = await rest.PostAsync("topics/given/messages", new { key = "k", value = "v" });
        Assert.True(sent.Status == HttpStatusCode.OK, sent.Text);

        var body = new { kind = "copy", topic = "given", target = new { topic = "taken" } };
        var refusals = await RefusalsAsync();
        foreach (var words in (string[])
        [
            "--operation Write --topic taken)", "--operation Read --topic taken)",
            "Write and Describe on the transactional ids castellan-job-*",
        ])
        {
            Assert.Contains(refusals, refusal => refusal.Contains(words, StringComparison.Ordinal));
        }

        (await rest.PostAsync("jobs", body)).IsProblem(HttpStatusCode.UnprocessableEntity, "TOPIC_AUTHORIZATION_FAILED");
        await ToolAsync(broker, "kafka-acls.sh", [.. may, "--operation", "Read", "--operation", "Write", "--topic", "taken"]);
        string[] prefixed = [.. may, "--resource-pattern-type", "prefixed"];
        await ToolAsync(
            broker, "kafka-acls.sh",
            [.. prefixed, "--operation", "Write", "--operation", "Describe", "--transactional-id", "castellan-job-"]);
        await ToolAsync(broker, "kafka-acls.sh", [.. prefixed, "--operation", "Read", "--group", "castellan-job-"]);
        await Eventually.TrueAsync(async () => (await RefusalsAsync()).Count == 0, "the broker knows the rights");
        var begun = await rest.PostAsync("jobs", body);
        Assert.True(begun.Status == HttpStatusCode.Accepted, begun.Text);
        var job = $"jobs/{begun.Body.Text("id")}";
        var shown = "";
        await Eventually.TrueAsync(
            async () => (shown = (await rest.GetAsync(job)).Text).Contains("\"state\":\"done\"", StringComparison.Ordinal),
            () => $"the job is done: {shown}", TimeSpan.FromSeconds(90));
        Assert.Equal(1, (await rest.GetAsync(job)).Body["progress"]!["byTopic"]!["taken"]!.GetValue<int>());

        async Task<List<string>> RefusalsAsync()
        {
            var plan = await rest.PostAsync("jobs?dryRun=true", body);
            Assert.True(plan.Status == HttpStatusCode.OK, plan.Text);
            return [.. plan.Body["refusals"]!.AsArray().Select(refusal => refusal!.Text("message"))];
        }
    }

    [Fact]
    public async Task A_certificate_that_is_replaced_is_used_without_a_restart()
    {
        var broker = await fixture.GetAsync();
        await dashboard.InitializeAsync();
        using var stranger = new TestAuthority();
        using var unknown = stranger.Client();
        using var known = broker.Authority.Client();
        var properties = Mutual(broker);
        properties["ssl.keystore.location"] = unknown.WritePem(broker.Directory["rotated.pem"]);
        var rest = new Rest(dashboard, "rotated");
        await rest.PostAsync("/api/clusters", new { id = "rotated", name = "rotated", kafka = broker["MTLS"], properties });
        await Eventually.TrueAsync(
            async () => (await rest.GetAsync("topics")).Body["error"]?["reason"]?.GetValue<string>() == "tls",
            "the certificate is refused");
        known.WritePem(broker.Directory["rotated.pem"]);
        await rest.EventuallyAsync("brokers", b => b.AsArray().Count == 1, "the new one is used");
    }

    static async Task ToolAsync(SecuredKafka broker, string tool, params string[] arguments)
    {
        var result = await External.KafkaToolAsync(
            External.KafkaHome!, tool, ["--bootstrap-server", broker["PLAINTEXT"], .. arguments]);
        Assert.True(result.ExitCode == 0, $"{tool}: {result}");
    }

    async Task ReadsNoSecretAsync(SecuredKafka broker)
    {
        string[] addresses = ["/api/clusters", "/settings/clusters", "/settings/clusters/scram", "/", "/metrics", "/clusters/wrong"];
        var read = new List<string>(dashboard.Lines);
        foreach (var address in addresses)
        {
            read.Add(await (await dashboard.Http.GetAsync(address, TestContext.Current.CancellationToken)).Content.ReadAsStringAsync());
        }

        foreach (var file in Directory.EnumerateFiles(dashboard.DataDirectory, "*", SearchOption.AllDirectories))
        {
            read.Add(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        }

        Assert.All(read, text =>
        {
            Assert.DoesNotContain(SecuredKafka.Password, text, StringComparison.Ordinal);
            Assert.DoesNotContain(broker.Issuer.ClientSecret, text, StringComparison.Ordinal);
        });
    }

    static Dictionary<string, string> Login(
        SecuredKafka broker, string protocol, string mechanism, string module, string password, string user = "alice") => new()
        {
            ["security.protocol"] = protocol,
            ["ssl.truststore.type"] = "PEM",
            ["ssl.truststore.location"] = broker.Truststore,
            ["sasl.mechanism"] = mechanism,
            ["sasl.jaas.config"] = $"{Modules}{module} required username=\"{user}\" password=\"{password}\";",
        };

    static Dictionary<string, string> Mutual(SecuredKafka broker) => new()
    {
        ["security.protocol"] = "SSL",
        ["ssl.truststore.type"] = "PEM",
        ["ssl.truststore.location"] = broker.Truststore,
        ["ssl.keystore.type"] = "PEM",
        ["ssl.keystore.location"] = broker.Keep(broker.Authority.Client(), "dashboard.pem"),
    };

    static Dictionary<string, string> OAuth(SecuredKafka broker) => new()
    {
        ["security.protocol"] = "SASL_SSL",
        ["ssl.truststore.type"] = "PEM",
        ["ssl.truststore.location"] = broker.Truststore,
        ["sasl.mechanism"] = "OAUTHBEARER",
        ["sasl.oauthbearer.token.endpoint.url"] = broker.Issuer.TokenEndpoint,
        ["sasl.jaas.config"] = $"{Modules}oauthbearer.OAuthBearerLoginModule required "
            + $"clientId={TestIssuer.ClientId} clientSecret=\"{broker.Issuer.ClientSecret}\" scope=kafka;",
    };
}
