using Bunit;
using Dashboard.Components.Features.Partitions;
using Dashboard.Components.Features.Producing;
using Dashboard.Components.Features.Purges;
using Dashboard.Components.Features.Reassignments;
using Dashboard.Components.Features.Topics;
using Dashboard.Components.Foundation.Commands;
using Dashboard.Messages.Decoding;
using Dashboard.Messages.Producing;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Commands;
using Dashboard.Tests.Fakes;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Wire;

namespace Dashboard.Tests.Components.Foundation;

/// <summary>What is filled in can be sent to somebody as an address.</summary>
public sealed class FormAddressTests : PageContext
{
    NavigationManager Navigation => Services.GetRequiredService<NavigationManager>();

    [Fact]
    public async Task A_new_topic_comes_from_its_address_and_stands_there_as_it_is_typed()
    {
        Navigation.NavigateTo("clusters/local/new-topic?partitions=12&configs=retention.ms%3D7d%26cleanup.policy%3Dcompact%252Cdelete");
        var form = Create();
        Assert.Equal(
            ["retention.ms", "7d", "cleanup.policy", "compact,delete"],
            form.FindAll(".config-row input").Select(i => i.GetAttribute("value") ?? ""));
        var typing = form.FindAll("input")[0].InputAsync(new() { Value = "a&b=c" });
        form.WaitForAssertion(() =>
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            Assert.EndsWith(
                "/new-topic?name=a%26b%3Dc&partitions=12&configs=retention.ms%3D7d%26cleanup.policy%3Dcompact%252Cdelete", Navigation.Uri,
                StringComparison.Ordinal);
        });
        await typing;
        Assert.Equal("a&b=c", Create().FindAll("input")[0].GetAttribute("value"));
    }

    [Fact]
    public void A_copy_of_a_topic_has_in_its_address_what_differs_from_it()
    {
        Navigation.NavigateTo("clusters/local/new-topic?like=orders&name=other");
        var form = Create("orders");
        Assert.Equal("other", form.FindAll("input")[0].GetAttribute("value"));
        Assert.Contains("0: ", form.Find("textarea").TextContent + form.Find("textarea").GetAttribute("value"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_record_to_send_comes_from_its_address_with_headers_of_one_name_in_their_order()
    {
        Services.AddSingleton<IBodyEncoder>(new TextEncoder());
        Services.AddSingleton<IRecordSender>(new NoSender());
        Services.AddSingleton<IBodyDecoders>(new PlainDecoder());
        Navigation.NavigateTo(
            "clusters/local/topics/orders/send?value=%7B%22a%22%3A1%7D&partition=1&headers=try%3D1%26from%3Dweb%26try%3D2&acks=nobody");
        var form = Render<SendForm>(p => p.Add(f => f.Topic, "orders").Add(f => f.Partitions, 4));
        Assert.Equal("{\"a\":1}", form.FindAll("textarea").Last().GetAttribute("value"));
        Assert.Equal(
            ["try", "1", "from", "web", "try", "2"], form.FindAll(".config-row input").Select(i => i.GetAttribute("value") ?? ""));
        form.FindAll(".config-row input")[3].Input("app");
        form.WaitForAssertion(() =>
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            Assert.EndsWith(
                "/send?value=%7B%22a%22%3A1%7D&headers=try%3D1%26from%3Dapp%26try%3D2&partition=1", Navigation.Uri,
                StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task A_plan_for_replicas_comes_from_its_address_and_stands_there_as_it_is_clicked()
    {
        // a partition that is not there, a broker that is not there, and one twice
        Navigation.NavigateTo("clusters/local/reassignments/new?topic=orders&targets=0:2,0;9:1;1:77;2:1,1&click=leads");
        var form = Reassign();
        form.WaitForAssertion(() => Assert.Single(form.FindAll(".stacks tbody tr")));
        await form.InvokeAsync(() => form.FindAll("button").Single(button => button.TextContent == "Start over").Click());
        Settle(form, () => Assert.EndsWith("/new?topic=orders&click=leads", Navigation.Uri, StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_to_be_purged_is_an_address_before_it_is_known_what_that_comes_to()
    {
        Navigation.NavigateTo("clusters/local/topics/orders/purge?before=0:10,1:20");
        var form = Render<PurgeForm>(p => p.Add(f => f.Topic, "orders"));
        Assert.Equal("0: 10\n1: 20", form.Find("textarea").GetAttribute("value"));
        form.Find("textarea").Input("0: 10\n1: x");
        Settle(form, () => Assert.EndsWith("/purge?before=0%3A10%2C1%3Ax", Navigation.Uri, StringComparison.Ordinal));
    }

    [Fact]
    public void More_partitions_are_an_address()
    {
        Navigation.NavigateTo("clusters/local/topics/orders/partitions?count=9");
        var form = Render<MorePartitionsForm>(p => p
            .Add(f => f.Topic, Cluster.Snapshot().Topics.Value!.Find("orders")!).Add(f => f.Snapshot, Cluster.Snapshot()));
        Assert.Equal("9", form.Find("input").GetAttribute("value"));
        form.Find("input").Input("many");
        Settle(form, () => Assert.EndsWith("/partitions?count=many", Navigation.Uri, StringComparison.Ordinal));
    }

    [Fact]
    public void What_a_form_begins_with_comes_under_what_was_chosen_meanwhile()
    {
        var (name, text, kept) = ("", "", "");
        AddressField[] fields =
        [
            new("name", () => name, given => name = given), new("text", () => text, given => text = given),
            new("kept", () => kept, given => kept = given),
        ];
        var address = new FormAddress(fields);
        address.Read(new Uri("http://a/?Text=&other=1"));
        kept = "typed";
        address = address.Over(() => (name, text, kept) = ("read", "read", "read"));
        Assert.Equal(("read", "", "typed"), (name, text, kept));
        Assert.Equal("form?text=&kept=typed", address.Href("form"));
    }

    [Fact]
    public async Task A_new_reading_of_the_cluster_does_not_take_back_what_was_clicked_a_moment_ago()
    {
        Navigation.NavigateTo("clusters/local/reassignments/new?topic=orders&targets=0:2,0");
        var form = Reassign();
        form.WaitForAssertion(() => Assert.Single(form.FindAll(".stacks tbody tr")));
        await form.InvokeAsync(() => form.FindAll("svg.matrix")[1].QuerySelector(".cell[data-x='1'][data-y='1']")!.Click());
        form.Render(p => p.Add(f => f.Snapshot, Cluster.Snapshot()));
        Settle(form, () => Assert.Matches("targets=0%3A2%2C0%3B1%3A", Navigation.Uri));
    }

    IRenderedComponent<ReassignForm> Reassign() => Render<ReassignForm>(p => p
        .Add(f => f.Snapshot, Cluster.Snapshot()).Add(f => f.Topic, Cluster.Snapshot().Topics.Value!.Find("orders")!));

    void Settle<T>(IRenderedComponent<T> form, Action expected)
        where T : IComponent => form.WaitForAssertion(() =>
    {
        Time.Advance(TimeSpan.FromSeconds(1));
        expected();
    });

    IRenderedComponent<CreateTopicForm> Create(string? like = null) =>
        Render<CreateTopicForm>(p => p.Add(f => f.Snapshot, Cluster.Snapshot()).Add(f => f.Like, like));

    sealed class TextEncoder : IBodyEncoder
    {
        public Task<byte[]?> EncodeAsync(
            string cluster, string topic, BodyPart part, RecordPart given, CancellationToken cancellationToken) =>
            Task.FromResult<byte[]?>([]);

        public CodedText? Outdated(string cluster, string? format) => null;
    }

    sealed class NoSender : IRecordSender
    {
        public Task<EncodedRecord> EncodeAsync(string cluster, RecordToSend record, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<(CommandResult Result, SentRecord? Sent)> SendAsync(
            IClusterMonitor cluster, EncodedRecord record, Actor actor, CancellationToken cancellationToken) =>
            throw new NotSupportedException();
    }
}
