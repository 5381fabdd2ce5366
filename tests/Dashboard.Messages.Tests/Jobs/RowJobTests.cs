using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Dashboard.Messages.Importing;
using Dashboard.Messages.Jobs;
using Dashboard.Messages.Jobs.Transfers;
using Dashboard.Messages.Statistics;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Access;
using Interop.Tests.Support;

namespace Dashboard.Messages.Tests.Jobs;

/// <summary>Generate, import and statistics on the cluster as it is hosted.</summary>
public sealed class RowJobTests(SharedCluster shared) : IAsyncLifetime
{
    TransferWorld world = null!;
    string topic = "";

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        world = new TransferWorld((await shared.GetAsync()).Bootstrap);
        topic = $"rows-{Guid.NewGuid():N}"[..20];
        await world.TopicAsync(topic, 3);
    }

    public ValueTask DisposeAsync() => world.DisposeAsync();

    [Theory]
    [InlineData(Crash.BeforeWriting)]
    [InlineData(Crash.Within)]
    [InlineData(Crash.AfterWriting)]
    public async Task As_many_are_generated_as_are_asked_for_however_often_it_is_killed(Crash crash)
    {
        world.Writers.Crashes.Enqueue(Crash.None);
        world.Writers.Crashes.Enqueue(crash);
        var job = await world.StartAsync(Generate(5_000));
        Assert.InRange(await world.EndAsync(job), 1, 1);
        job = world.Runner.Find(job.Id)!;
        Assert.Equal((5_000L, 5_000L), (job.Progress.Done, job.Progress.ByTopic[topic]));
        var records = await world.RecordsAsync(topic);
        TransferWorld.EachOnce(Enumerable.Range(1, 5_000), records);
        Assert.All(records, r => Assert.Equal(KeyNumber(r), Json(r).GetProperty("n").GetInt32()));
        Assert.All(records, r => Assert.Equal("x", Encoding.UTF8.GetString(r.Headers.Single(h => h.Name == "h").Value!.Value.AsSpan())));
    }

    [Fact]
    public async Task The_same_seed_makes_the_same_records_and_the_plan_shows_the_first()
    {
        var body = Generate(50);
        var plan = await world.PlanAsync(body);
        Assert.Equal(3, plan.Preview.Length);
        await world.IsAsync(await world.StartAsync(body), JobState.Done);
        await world.IsAsync(await world.StartAsync(body), JobState.Done);
        var twice = (await world.RecordsAsync(topic)).GroupBy(TransferWorld.KeyOf).ToList();
        Assert.All(twice, pair => Assert.Single(pair.Select(r => Json(r).GetRawText()).Distinct()));
        Assert.Equal(
            plan.Preview.Select(p => p.Value),
            Enumerable.Range(1, 3).Select(n => Json(twice.Single(t => t.Key == $"{n}").First()).GetRawText()));
    }

    [Fact]
    public async Task It_keeps_to_its_rate_and_its_time_and_stops()
    {
        var began = Stopwatch.GetTimestamp();
        var body = new { kind = "generate", topic, value = "{{counter}}", seconds = 2, rate = new { records = 200 } };
        var job = await world.IsAsync(await world.StartAsync(body), JobState.Done);
        Assert.InRange(Stopwatch.GetElapsedTime(began).TotalSeconds, 2, 60);
        // batches of half a second: the one that is begun before the end is written
        Assert.InRange(job.Progress.Done, 100, 600);
        Assert.Equal(job.Progress.Done, (await world.RecordsAsync(topic)).Length);

        var endless = await world.StartAsync(body with { seconds = 86_400 });
        await Testing.Eventually.TrueAsync(() => world.Runner.Find(endless.Id)!.Progress.Done > 0, "records are written");
        await world.Runner.StopAsync(endless.Id, Actor.Program("test"));
        endless = await world.IsAsync(endless, JobState.Stopped);
        Assert.Equal(job.Progress.Done + endless.Progress.Done, (await world.RecordsAsync(topic)).Length);
    }

    [Fact]
    public async Task What_the_templates_become_is_checked_before_anything_is_written()
    {
        var wrong = Assert.Throws<FormatException>(() =>
            world.Runner.Read("one", Body(new { kind = "generate", topic, value = "{\"a\": {{countr}}}", records = 1 })));
        Assert.StartsWith("value: There is no countr;", wrong.Message, StringComparison.Ordinal);
        Assert.EndsWith("(at character 9)", wrong.Message, StringComparison.Ordinal);
        var plan = await world.PlanAsync(new { kind = "generate", topic, value = "{{lorem 2}}", valueFormat = "int32", records = 1 });
        Assert.Contains("a whole number", Assert.Single(plan.Refusals).Message, StringComparison.Ordinal);
        var missing = await world.PlanAsync(new { kind = "generate", topic = "no-such-topic", value = "1", records = 1 });
        Assert.Contains("There is no topic no-such-topic", Assert.Single(missing.Refusals).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Crash.BeforeWriting)]
    [InlineData(Crash.Within)]
    [InlineData(Crash.AfterWriting)]
    public async Task Rows_are_imported_once_each_however_often_it_is_killed_and_wrong_ones_are_told(Crash crash)
    {
        var lines = Enumerable.Range(0, 6_000).Select(i => i % 1000 == 500 ? $"{i},extra,1,2" : $"{i},name {i},{i % 3}");
        var upload = await UploadAsync($"key,who,partition\n{string.Join('\n', lines)}\n");
        var body = new { kind = "import", topic, upload, format = "csv", wrong = "skip", keepPartitions = true };
        var plan = await world.PlanAsync(body);
        Assert.True(plan.CanRun);
        Assert.Equal((6_000L, 6L, true), (plan.Total!.Value, plan.Skipped.Values.Sum(), plan.Counted!.IsComplete));
        Assert.Equal([502L, 1502], plan.Wrong.Select(w => w.Line).Take(2));
        world.Writers.Crashes.Enqueue(Crash.None);
        world.Writers.Crashes.Enqueue(crash);
        world.Writers.Crashes.Enqueue(crash);
        var job = await world.StartAsync(body);
        Assert.InRange(await world.EndAsync(job), 1, 2);
        job = world.Runner.Find(job.Id)!;
        Assert.Equal((6_000L, 5_994L, 6L), (job.Progress.Done, job.Progress.ByTopic[topic], job.Progress.Skipped.Values.Sum()));
        Assert.Equal([502L, 1502, 2502, 3502, 4502, 5502], ImportKind.Of(job.Progress.Result)!.Wrong.Select(w => w.Line));
        Assert.Equal(SkipReason.WrongRows, Assert.Single(job.Progress.Skipped).Key);
        Assert.All(ImportKind.Of(job.Progress.Result)!.Wrong, w => Assert.Equal(("csvFieldCount", w.Fault), (w.Why!.Code, w.Why.English)));
        var records = await world.RecordsAsync(topic);
        TransferWorld.EachOnce(Enumerable.Range(0, 6_000).Where(i => i % 1000 != 500), records);
        Assert.All(records, r => Assert.Equal($"name {KeyNumber(r)}", Json(r).GetProperty("who").GetString()));
        Assert.All(records, r => Assert.Equal(KeyNumber(r) % 3, r.Partition));
        Assert.Null(world.Uploads.Find(upload));
    }

    [Fact]
    public async Task A_wrong_row_that_is_not_left_out_is_named_before_anything_is_written()
    {
        var upload = await UploadAsync("{\"value\":1}\nnonsense\n");
        var plan = await world.PlanAsync(new { kind = "import", topic, upload });
        Assert.StartsWith("Line 2: It is no JSON.", Assert.Single(plan.Refusals).Message, StringComparison.Ordinal);
        Assert.Equal([null, "It is no JSON."], plan.Preview.Select(p => p.Fault));
        Assert.Equal("1", plan.Preview[0].Value);
    }

    [Fact]
    public async Task A_file_is_its_senders_alone_and_no_larger_than_it_may_be()
    {
        var upload = await UploadAsync("{\"value\":1}\n");
        var stranger = await world.PlanAsync(new { kind = "import", topic, upload }, Actor.Program("stranger"));
        Assert.Contains("no uploaded file", Assert.Single(stranger.Refusals).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<UploadRefusedException>(() => UploadAsync(new string('1', (int)TransferWorld.MostUploadBytes + 1)));
    }

    [Fact]
    public async Task Statistics_are_the_result_of_their_job_and_show_keys_to_whom_they_may_be_shown()
    {
        await world.IsAsync(await world.StartAsync(Generate(2_000)), JobState.Done);
        var body = new { kind = "statistics", topic };
        Assert.Equal((2_000L, true), ((await world.PlanAsync(body)).Total!.Value, (await world.PlanAsync(body)).IsAtMost));
        var job = await world.IsAsync(await world.StartAsync(body), JobState.Done);
        var me = Actor.Program("test");
        var found = StatisticsKind.Of(world.Runner.ResultOf(job, me))!;
        Assert.Equal(JsonValueKind.Null, job.Checkpoint!.Value.ValueKind);
        Assert.Equal((2_000L, 2_000L, true), (found.Records, found.Scanned, found.IsComplete));
        Assert.InRange(found.DistinctKeys.Estimate, 1_950, 2_050);
        Assert.Equal(2_000, found.Partitions.Sum(p => p.Records));
        Assert.Contains("h", found.Headers.Select(h => h.Name));
        Assert.Equal((2_000, 2_000), ((int)found.Idempotent, (int)found.Times.Sum(t => t.Records)));
        Assert.NotNull(found.TopKeys);
        var masked = me with { Permissions = new KeysMasked() };
        Assert.Null(StatisticsKind.Of(world.Runner.ResultOf(job, masked))!.TopKeys);
        Assert.Null(world.Runner.ResultOf(job, me with { Permissions = Permissions.None }));
    }

    object Generate(int records) => new
    {
        kind = "generate",
        topic,
        records,
        key = "{{counter}}",
        seed = 7,
        headers = new[] { new { name = "h", value = "x" } },
        value = """{"n":{{counter}},"who":"{{name.fullName}}","id":"{{uuid}}"}""",
    };

    async Task<string> UploadAsync(string text) =>
        (await world.Uploads.SaveAsync(new MemoryStream(Encoding.UTF8.GetBytes(text)), "one", topic, "test", "file", Token)).Id;

    static JsonElement Body(object body) => JsonSerializer.SerializeToElement(body);

    static int KeyNumber(MessageView record) => int.Parse(TransferWorld.KeyOf(record), CultureInfo.InvariantCulture);

    static JsonElement Json(MessageView record) => JsonSerializer.Deserialize<JsonElement>(record.Value!.Value.AsSpan());

    sealed class KeysMasked : IPermissions
    {
        public bool May(Permission permission) => true;

        public string RolesOn(string? cluster) => "";

        public System.Collections.Immutable.ImmutableArray<FieldMask> Masks(string cluster, string topic) => [FieldMask.Parse("key")];
    }
}
