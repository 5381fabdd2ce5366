using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Testing;

namespace Dashboard.Tests.Api;

/// <summary>What changes groups, on the hosted cluster: offsets, members, the groups themselves.</summary>
[Collection(typeof(DashboardCollection))]
public sealed class GroupTests(RunningDashboard dashboard)
{
    readonly Rest rest = new(dashboard);

    static Dictionary<string, int[]?> Orders(params int[] partitions) => new() { ["orders"] = partitions.Length == 0 ? null : partitions };

    static object?[] After(Answer answer) => [.. answer.Body.AsArray().Select(o => o!["after"]?.GetValue<long>())];

    async Task<Answer> ResetAsync(string path, object body)
    {
        var answer = await rest.PostAsync(path, body);
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        return answer;
    }

    [Fact]
    public async Task A_group_is_made_at_a_position_moved_put_back_and_deleted()
    {
        await rest.EventuallyAsync("topics", t => t.Has("name", "orders"), "the sample topics are there");
        var made = await ResetAsync("groups/mover/offsets?dryRun=true", new { topics = Orders(0, 2), to = "earliest" });
        made.Body[0]!.HasExactly("topic", "partition", "before", "after", "lagAfter");
        (await rest.DeleteAsync("groups/mover")).IsProblem(HttpStatusCode.NotFound, "GROUP_ID_NOT_FOUND");

        await ResetAsync("groups/mover/offsets", new { topics = Orders(0, 2), to = "offset:0" });
        var latest = await ResetAsync("groups/mover/offsets", new { to = "latest" });
        Assert.Equal([0L, 0L], latest.Body.AsArray().Select(o => o!["before"]!.GetValue<long>()));
        Assert.Equal([0L, 0L], latest.Body.AsArray().Select(o => o!["lagAfter"]!.GetValue<long>()));
        var read = (await rest.GetAsync("groups/mover")).Body["value"]!["offsets"]!.AsArray();
        Assert.Equal(After(latest), read.Select(o => (object?)o!["committed"]!.GetValue<long>()));
        Assert.Equal([0L], After(await ResetAsync("groups/mover/offsets", new { topics = Orders(2), to = "shift:-1000000000" })));
        var copied = await ResetAsync("group/offsets?id=copy%2Fof", new { to = "group:mover" });
        Assert.Equal([After(latest)[0], 0L], After(copied));
        var listed = new Dictionary<string, Dictionary<int, long>> { ["orders"] = new() { [1] = 3 } };
        Assert.Equal([3L], After(await ResetAsync("groups/copy%2Fof/offsets", new { to = "list", offsets = listed })));

        Assert.Equal(HttpStatusCode.OK, (await rest.DeleteAsync("group?id=copy%2Fof&dryRun=true")).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await rest.DeleteAsync("groups/copy%2Fof/offsets/orders")).Status);
        // without members and offsets nothing is left of it, as in Kafka
        (await rest.DeleteAsync("group?id=copy%2Fof")).IsProblem(HttpStatusCode.NotFound, "GROUP_ID_NOT_FOUND");
        Assert.Equal(HttpStatusCode.NoContent, (await rest.DeleteAsync("groups/mover")).Status);
        (await rest.DeleteAsync("groups/mover")).IsProblem(HttpStatusCode.NotFound, "GROUP_ID_NOT_FOUND");
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    public async Task A_reset_of_nothing_is_not_told_as_done(string topics)
    {
        var asked = new { topics = JsonNode.Parse(topics), to = "earliest" };
        foreach (var path in (string[])["groups/nobody/offsets", "groups/nobody/offsets?dryRun=true"])
        {
            var answer = await rest.PostAsync(path, asked);
            answer.IsProblem(HttpStatusCode.UnprocessableEntity, "INVALID_REQUEST");
            Assert.StartsWith("nobody has committed nothing", answer.Body.Text("detail"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_is_not_there_is_named()
    {
        var group = await rest.DeleteAsync("groups/nobody");
        Assert.Contains("nobody", group.Body.Text("detail"), StringComparison.Ordinal);
        var partition = await rest.PostAsync("groups/nobody/offsets", new { topics = Orders(99), to = "earliest" });
        Assert.Contains("orders-99", partition.Body.Text("detail"), StringComparison.Ordinal);
        var purge = await rest.PostAsync("topics/nowhere/purge", new { before = "end" });
        Assert.Contains("nowhere", purge.Body.Text("detail"), StringComparison.Ordinal);
        var messages = await rest.GetAsync("topics/nowhere/messages");
        Assert.Equal("There is no topic nowhere.", messages.Body.Text("detail"));
    }

    [Fact]
    public async Task A_group_with_members_is_409_with_them()
    {
        await rest.EventuallyAsync(
            "groups",
            all => all.Find("groupId", "billing") is { } g && g["members"]!.AsArray() is { Count: > 0 } members
                && members.All(m => m!["assignments"]!.AsArray().Count > 0),
            "billing has members, and they have partitions");
        foreach (var answer in new[]
        {
            await rest.PostAsync("groups/billing/offsets", new { to = "earliest" }),
            await rest.PostAsync("groups/billing/offsets?dryRun=true", new { to = "earliest" }),
            await rest.DeleteAsync("groups/billing"),
        })
        {
            answer.IsProblem(HttpStatusCode.Conflict, "NON_EMPTY_GROUP");
            Assert.Contains("orders", answer.Body["members"]![0]!["assignments"]!.ToJsonString(), StringComparison.Ordinal);
        }

        var read = await rest.DeleteAsync("groups/billing/offsets/orders");
        read.IsProblem(HttpStatusCode.Conflict, "GROUP_SUBSCRIBED_TO_TOPIC");
        Assert.NotEmpty(read.Body["members"]!.AsArray());
        (await rest.DeleteAsync("groups/billing/members/nobody")).IsProblem(HttpStatusCode.Conflict, "UNKNOWN_MEMBER_ID");
    }

    [Theory]
    [InlineData("""{"to":"yesterday"}""", "write earliest, latest")]
    [InlineData("""{}""", "to is missing")]
    [InlineData("""{"to":"list"}""", "offsets: ")]
    [InlineData("""{"to":"list","csv":"orders,x,1"}""", "csv: \"orders,x,1\"")]
    [InlineData("""{"to":"list","csv":"orders,0,1","offsets":{"orders":{"0":1}}}""", "csv: it takes the place")]
    [InlineData("""{"to":"latest","offsets":{"orders":{"0":1}}}""", "offsets: of ")]
    [InlineData("""{"to":"latest","csv":"orders,0,1"}""", "csv: of ")]
    [InlineData("""{"to":"latest","topics":{"orders":"all"}}""", "topics.orders: a list is expected.")]
    public async Task A_body_that_names_no_place_is_told_what_does(string body, string detail)
    {
        var answer = await rest.PostAsync("groups/nobody/offsets", JsonNode.Parse(body));
        answer.IsProblem(HttpStatusCode.BadRequest, "INVALID_REQUEST");
        Assert.Contains(detail, answer.Body.Text("detail"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("groups/listed/offsets", "listed,orders,0,0\nother,orders,0,1\nother,orders,1,1\nthird,orders,0,1", "rows=3, groups=2")]
    [InlineData("group/offsets?id=listed", "orders,0,0", null)]
    public async Task Rows_of_other_groups_are_left_out_and_counted_beside_the_list(string path, string csv, string? leftOut)
    {
        await rest.EventuallyAsync("topics", t => t.Has("name", "orders"), "the sample topics are there");
        var address = rest.Absolute(path) + (path.Contains('?', StringComparison.Ordinal) ? "&dryRun=true" : "?dryRun=true");
        using var answer = await dashboard.Http.PostAsJsonAsync(address, new { to = "list", csv }, TestContext.Current.CancellationToken);
        var body = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, body);
        Assert.Single(JsonNode.Parse(body)!.AsArray());
        Assert.Equal(leftOut, answer.Headers.TryGetValues("Left-Out", out var told) ? string.Join(", ", told) : null);
    }

    /// <summary>The group without a name is one: what was forgotten would change it.</summary>
    [Fact]
    public async Task Which_group_has_to_be_said()
    {
        var reset = await rest.PostAsync("group/offsets", new { topics = Orders(0), to = "latest" });
        reset.IsProblem(HttpStatusCode.BadRequest, "INVALID_REQUEST");
        Assert.Equal("id: missing.", reset.Body.Text("detail"));
        (await rest.DeleteAsync("group")).IsProblem(HttpStatusCode.BadRequest, "INVALID_REQUEST");
        (await rest.GetAsync("group")).IsProblem(HttpStatusCode.BadRequest, "INVALID_REQUEST");
        (await rest.GetAsync("group?id=")).IsProblem(HttpStatusCode.NotFound, "GROUP_ID_NOT_FOUND");
    }

    [Fact]
    public async Task What_is_not_there_is_404_by_its_name()
    {
        await rest.EventuallyAsync("topics", t => t.Has("name", "orders"), "the sample topics are there");
        // while the group's coordinator reads its log it knows of no group whether it is there
        Answer answer = null!;
        await Eventually.TrueAsync(
            async () => (answer = await rest.PostAsync("groups/nobody/offsets", new { topics = Orders(0, 99), to = "latest" })).Status
                != HttpStatusCode.ServiceUnavailable,
            "the coordinator has read its log");
        answer.IsProblem(HttpStatusCode.NotFound, "UNKNOWN_TOPIC_OR_PARTITION");
        Assert.Equal("orders-99", answer.Body["refusals"]![0]!.Text("subject"));
        Assert.Equal("There is no topic or partition orders-99.", answer.Body["refusals"]![0]!.Text("message"));
    }

    [Fact]
    public async Task What_was_before_is_put_back_from_the_audit_log()
    {
        await rest.EventuallyAsync("topics", t => t.Has("name", "orders"), "the sample topics are there");
        await ResetAsync("groups/regretted/offsets", new { topics = Orders(0), to = "offset:0" });
        await ResetAsync("groups/regretted/offsets", new { to = "latest" });
        var page = await dashboard.Http.GetStringAsync(
            "/clusters/local/audit?q=regretted", TestContext.Current.CancellationToken);
        var undo = Uri.UnescapeDataString(
            System.Text.RegularExpressions.Regex.Match(page, "to=undo:([^\"&]+)").Groups[1].Value);
        Assert.Equal([0L], After(await ResetAsync("groups/regretted/offsets", new { to = "undo:" + undo })));
        Assert.Equal(HttpStatusCode.NoContent, (await rest.DeleteAsync("groups/regretted")).Status);
    }
}
