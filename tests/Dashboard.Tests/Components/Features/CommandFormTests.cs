using System.Collections.Immutable;
using Bunit;
using Dashboard.Components.Features.Reassignments;
using Dashboard.Components.Features.Topics;
using Dashboard.Components.Foundation.Commands;
using Dashboard.Components.Foundation.Live;
using Dashboard.Localization;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Commands;
using Dashboard.Monitoring.Model;
using Kafka.Protocol;

namespace Dashboard.Tests.Components.Features;

/// <summary>What forms say of what is typed into them, and what was done.</summary>
public sealed class CommandFormTests : PageContext
{
    [Fact]
    public async Task A_setting_that_is_no_duration_is_marked_with_words_and_one_with_a_unit_is_translated()
    {
        var form = Render<CreateTopicForm>(p => p.Add(f => f.Snapshot, Cluster.Snapshot()));
        await form.Find("fieldset button").ClickAsync();
        var naming = form.FindAll(".config-row input")[0].InputAsync(new() { Value = "retention.ms" });
        var typing = form.FindAll(".config-row input")[1].InputAsync(new() { Value = "soon" });
        form.WaitForAssertion(() => Assert.StartsWith(
            "Not a duration: soon.",
            form.Find(".config-row .mud-input-helper-text.mud-input-error").TextContent.Trim(),
            StringComparison.Ordinal));
        Assert.Equal("true", form.FindAll(".config-row input")[1].GetAttribute("aria-invalid"));
        Assert.True(form.Find(".panel-foot button").HasAttribute("disabled"));

        var corrected = form.FindAll(".config-row input")[1].InputAsync(new() { Value = "7d" });
        form.WaitForAssertion(() => Assert.Equal("= 604800000", form.Find(".config-row .mud-input-helper-text").TextContent.Trim()));
        Assert.Empty(form.FindAll(".config-row .mud-input-error"));
        Time.Advance(TimeSpan.FromSeconds(1));
        await Task.WhenAll(naming, typing, corrected);
    }

    [Fact]
    public void No_limit_is_said_in_words_with_its_number_beside_it()
    {
        ImmutableArray<TopicConfig> configs =
        [
            Entry("retention.ms", "-1"),
            Entry("flush.messages", "9223372036854775807"),
            Entry("max.compaction.lag.ms", "1000000000000000000"),
        ];
        var rows = Render<TopicConfigs>(p => p.Add(c => c.Configs, configs).Add(c => c.Topic, "t")).FindAll("tbody tr");
        Assert.Equal(["9223372036854775807", "", "-1"], rows.Select(r => r.QuerySelector("[data-l=Means]")!.TextContent));
        Assert.Equal(["no limit", "no limit"], rows.Where((_, i) => i != 1).Select(r => r.QuerySelector(".config-value")!.TextContent));
    }

    [Theory]
    [InlineData(-1, "for ever")]
    [InlineData(long.MaxValue, "for ever")]
    [InlineData(3_600_000, "1 h")]
    public void A_topics_retention_of_any_size_can_be_shown(long ms, string words)
    {
        var topic = Cluster.Snapshot().Topics.Value!.Topics[0];
        Assert.Equal(words, new TopicRow(topic, 0, 0, 0, 0, null, null, null, 0, ms, false).Kept(new Text()));
    }

    [Fact]
    public async Task A_reassignment_leaves_a_receipt()
    {
        var cancellation = Xunit.TestContext.Current.CancellationToken;
        const string Reason = "orders-0: REQUEST_TIMED_OUT: no answer";
        await Audit.WriteAsync(
            new(Time.GetUtcNow(), "local", "web", "replicas.reassign", "orders", "0: 1,2", "unknown", Reason) { Seen = "still 0,1" },
            cancellation);
        await Audit.WriteAsync(new(Time.GetUtcNow(), "local", "web", "topic.create", "other", "", "done", null), cancellation);
        var receipts = Render<LastReassignments>(p => p.Add(r => r.Of, 1));
        var row = Assert.Single(receipts.FindAll("tbody tr"));
        Assert.Contains("0: 1,2", row.TextContent, StringComparison.Ordinal);
        Assert.Contains("unknown", row.TextContent, StringComparison.Ordinal);
        Assert.Contains("Looked up: still 0,1", row.TextContent, StringComparison.Ordinal);
        Assert.Equal("clusters/local/audit?q=replicas.", receipts.Find(".panel-head a").GetAttribute("href"));
    }

    [Theory]
    [InlineData(CommandEnd.Unknown, "warning", "It was sent and not answered")]
    [InlineData(CommandEnd.NotSent, "error", "Nothing was sent, nothing was changed.")]
    [InlineData(CommandEnd.Done, "success", "There was no answer, but the cluster shows it.")]
    public async Task What_a_command_came_to_is_told(CommandEnd end, string tint, string words)
    {
        var reason = new Refusal(ErrorCode.RequestTimedOut, "127.0.0.1:9092 did not answer DeleteTopics v6 within 35 s", "orders");
        var monitor = new Fakes.FakeClusterMonitor(Cluster.Snapshot())
        {
            Commands = new Ending(new CommandResult(end, end == CommandEnd.Done ? 1 : 0, [], Time.GetUtcNow())
            {
                Reason = reason,
                Seen = end == CommandEnd.NotSent ? [] : [new("orders", null, "TopicStays", [], "the topic is still there")],
            }),
        };
        RenderTree.Add<Microsoft.AspNetCore.Components.CascadingValue<ClusterContext>>(
            p => p.Add(c => c.Value, new(monitor, Nodes, Who)));
        var dialog = RenderDialogs();
        Render<ConfirmDialog>(p => p.Add(d => d.Title, "t").Add(d => d.Do, "Do it").Add(d => d.Command, new DeleteTopic("orders")));
        await dialog.Find("button.primary").ClickAsync();
        var note = dialog.Find($".outcome .mud-alert-text-{tint}");
        Assert.StartsWith(words, note.TextContent.Trim(), StringComparison.Ordinal);
        Assert.Contains("DeleteTopics", note.TextContent, StringComparison.Ordinal);
        Assert.Equal(end != CommandEnd.NotSent, note.TextContent.Contains("The topic is still there.", StringComparison.Ordinal));
    }

    static TopicConfig Entry(string name, string value) => new(name, value, "DEFAULT_CONFIG", true, false, false);

    sealed class Ending(CommandResult result) : IClusterCommands
    {
        public Task<CreateTopicPlan> PlanAsync(CreateTopic command, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<DeleteTopicPlan> PlanAsync(DeleteTopic command, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<ElectLeadersPlan> PlanAsync(ElectLeaders command, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<ReassignPlan> PlanAsync(Reassign command, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<CancelReassignmentPlan> PlanAsync(CancelReassignment command, CancellationToken cancellation) =>
            throw new NotSupportedException();

        public Task<ResetOffsetsPlan> PlanAsync(ResetOffsets request, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<GroupChangePlan> PlanAsync(GroupCommand command, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<AlterTopicConfigsPlan> PlanAsync(AlterTopicConfigs command, CancellationToken cancellation) =>
            throw new NotSupportedException();

        public Task<AddPartitionsPlan> PlanAsync(AddPartitions command, CancellationToken cancellation) =>
            throw new NotSupportedException();

        public Task<PurgeRecordsPlan> PlanAsync(PurgeRecords command, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<RecreateTopicPlan> PlanAsync(RecreateTopic command, CancellationToken cancellation) =>
            throw new NotSupportedException();

        public Task<CommandResult> RunAsync(
            ClusterCommand command, Actor actor, IProgress<CommandProgress>? progress, CancellationToken cancellation) =>
            Task.FromResult(result);

        public Task<CommandResult> RunAsync(GuardedAction action, Actor actor, CancellationToken cancellation) => Task.FromResult(result);
    }
}
