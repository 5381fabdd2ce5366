using Bunit;
using Dashboard.Components.Features.Connectors;
using Dashboard.Messages.Connect;
using Dashboard.Messages.Tests.Connect;
using Dashboard.Tests.Components;
using Dashboard.Tests.Fakes;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using ConnectorPage = Dashboard.Components.Features.Connectors.Connector;
using ConnectPage = Dashboard.Components.Features.Connectors.Connect;

namespace Dashboard.Tests.Connect;

/// <summary>The pages of Connect: what has failed first and why, secrets nowhere, faults of a config at their fields.</summary>
public sealed class ConnectPagesTests : PageContext, IAsyncLifetime
{
    ConnectWorld world = null!;

    static TimeSpan Patience => TimeSpan.FromSeconds(20);

    public async ValueTask InitializeAsync()
    {
        world = await ConnectWorld.StartAsync();
        world.Server.Add("fine", config: [("topics", "orders"), ("token", "planted")]);
        world.Server.Add("broken", trace: "java.lang.Error: no\n\tat a.b(C.java:1)\nCaused by: java.io.IOException: disk");
        Services.AddSingleton<IConnectCatalogs>(world);
        Services.AddSingleton<IConnectCommands>(world.Commands);
    }

    public new async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await world.DisposeAsync();
    }

    [Fact]
    public void What_has_failed_comes_first()
    {
        Go("connect");
        var page = Render<ConnectPage>();
        page.WaitForAssertion(() => Assert.Equal("1 of 2 connectors has failed", page.Find("h1").TextContent), Patience);
        Assert.Contains("broken", page.FindAll("tbody tr")[0].TextContent, StringComparison.Ordinal);
        Assert.Contains("1 task failed", page.FindAll("tbody tr")[0].TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void No_answer_is_not_an_empty_list()
    {
        world.Server.Fault = _ => new(503, "{}", false);
        Go("connect");
        var page = Render<ConnectPage>();
        page.WaitForAssertion(() => Assert.Equal("Connect could not be read", page.Find("h1").TextContent), Patience);
        Assert.DoesNotContain("No connector is there", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void A_failed_task_says_what_caused_it_and_secrets_are_masked()
    {
        Go("connect/main/broken");
        var page = Open("broken");
        page.WaitForAssertion(() => Assert.Contains("java.io.IOException: disk", page.Markup, StringComparison.Ordinal), Patience);
        Assert.Contains("java.lang.Error: no", page.Find("tr.aside strong").TextContent, StringComparison.Ordinal);
        var fine = Open("fine");
        fine.WaitForAssertion(() => Assert.Contains("********", fine.Markup, StringComparison.Ordinal), Patience);
        fine.WaitForAssertion(() => Assert.Contains("connect-fine", fine.Markup, StringComparison.Ordinal), Patience);
        Assert.DoesNotContain("planted", fine.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Faults_of_a_config_stand_at_their_fields()
    {
        Go("connect/main/broken/config");
        var form = Render<ConnectorForm>(p => p.Add(f => f.Catalog, world.Of("local")[0]).Add(f => f.Name, "broken"));
        form.WaitForAssertion(
            () => Assert.Contains(
                "Missing required configuration", form.Find(".config-row .mud-input-helper-text").TextContent, StringComparison.Ordinal),
            Patience);
        Assert.True(form.Find(".panel-foot button").HasAttribute("disabled"));
    }

    [Fact]
    public async Task Offsets_are_typed_previewed_and_written_of_what_is_stopped()
    {
        world.Server.Add("fine", "STOPPED", config: [("topics", "orders")]);
        await Run(new SetConnectorOffsets("main", "fine", [new SinkOffset("orders", 0, 100).ToConnect()]));
        Go("connect/main/fine/offsets");
        var form = Render<ConnectorOffsetForm>(p => p.Add(f => f.Catalog, world.Of("local")[0]).Add(f => f.Name, "fine"));
        form.WaitForAssertion(() => Assert.Equal("100", form.Find(".config-row input").GetAttribute("value")), Patience);
        Assert.Contains("orders-0", form.Find(".config-row label").TextContent, StringComparison.Ordinal);
        form.Find(".config-row input").Input("no");
        form.WaitForAssertion(() => Assert.Contains("An offset is a number", form.Markup, StringComparison.Ordinal), Patience);

        form.Find(".config-row input").Input("40");
        Time.Advance(TimeSpan.FromSeconds(1));
        form.WaitForAssertion(() => Assert.Contains("60 records are read again", form.Markup, StringComparison.Ordinal), Patience);
        Assert.Equal(["orders-0", "100", "→ 40", "−60"], form.FindAll("tbody tr > *").Select(cell => cell.TextContent.Trim()));
        Assert.True(form.Find(".panel-foot button").HasAttribute("disabled"));
        form.Find(".panel-foot input").Input("fine");
        form.WaitForAssertion(() => Assert.False(form.Find(".panel-foot button").HasAttribute("disabled")), Patience);
        await form.Find(".panel-foot button").ClickAsync(new());
        form.WaitForAssertion(() => Assert.Contains("1 offset of fine is written", form.Markup, StringComparison.Ordinal), Patience);
        Assert.Equal("40", form.Find(".config-row input").GetAttribute("value"));

        Task Run(ConnectorCommand command) =>
            world.Commands.RunAsync(Monitor, command, Who.Actor, Xunit.TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Offsets_of_what_runs_stay_as_they_are()
    {
        Go("connect/main/fine/offsets");
        var form = Render<ConnectorOffsetForm>(p => p.Add(f => f.Catalog, world.Of("local")[0]).Add(f => f.Name, "fine"));
        form.WaitForAssertion(() => Assert.Contains("It is running", form.Markup, StringComparison.Ordinal), Patience);
        await form.FindAll("button").Single(button => button.TextContent == "Add a partition").ClickAsync(new());
        foreach (var (at, text) in new[] { "orders", "3", "7" }.Index())
        {
            await form.FindAll(".config-row input")[at].InputAsync(new() { Value = text });
        }

        Time.Advance(TimeSpan.FromSeconds(1));
        form.WaitForAssertion(() => Assert.Contains("CONNECTOR_NOT_STOPPED", form.Markup, StringComparison.Ordinal), Patience);
        Assert.Equal(["orders-3", "none", "→ 7", "–"], form.FindAll("tbody tr > *").Select(cell => cell.TextContent.Trim()));
    }

    [Fact]
    public async Task A_config_is_an_address_of_what_was_changed_in_it()
    {
        Go("connect/main/fine/config?set=tasks.max%3D4%26topics%3Dbills&withheld=token");
        var form = Config("fine");
        form.WaitForAssertion(() => Assert.Equal("bills", Field(form, "topics").GetAttribute("value")), Patience);
        Assert.Equal("4", Field(form, "tasks.max").GetAttribute("value"));
        form.WaitForAssertion(
            () => Assert.Contains("without what the plugin has not checked: token", form.Markup, StringComparison.Ordinal), Patience);
        await form.InvokeAsync(() => form.Find("button[aria-label='Remove tasks.max']").Click());
        Settle(form, () => Assert.EndsWith("/config?set=topics%3Dbills&withheld=token", Navigation.Uri, StringComparison.Ordinal));
        await form.InvokeAsync(() => form.Find("button[aria-label='Remove topics']").Click());
        Settle(form, () => Assert.EndsWith("/config?remove=topics&withheld=token", Navigation.Uri, StringComparison.Ordinal));
        var other = Config("fine");
        other.WaitForAssertion(() => Assert.Contains("Missing required configuration", other.Markup, StringComparison.Ordinal), Patience);
        Assert.Equal("", Field(other, "topics").GetAttribute("value") ?? "");
    }

    [Fact]
    public async Task No_secret_ever_gets_into_an_address()
    {
        var addresses = new List<string>();
        Navigation.LocationChanged += (_, e) => addresses.Add(e.Location);
        Go("new-connector?connect=main&name=next&plugin=" + TestConnect.Plugin);
        var form = Config(null);
        form.WaitForAssertion(() => Assert.Contains("Missing required configuration", form.Markup, StringComparison.Ordinal), Patience);
        // by its name, by what the plugin calls it, and none
        foreach (var (at, (key, value)) in new[] { ("token", "planted"), ("pin", "planted"), ("note", "hello") }.Index())
        {
            await form.InvokeAsync(() => form.FindAll("button").Single(button => button.TextContent == "Add a setting").Click());
            await form.InvokeAsync(() => form.FindAll(".config-row input")[1 + (2 * at) + 1].Input(value));
            await form.InvokeAsync(() => form.FindAll(".config-row input")[1 + (2 * at)].Input(key));
        }

        Settle(form, () => Assert.EndsWith(
            $"&name=next&plugin={TestConnect.Plugin}&set=note%3Dhello&withheld=token%26pin", Navigation.Uri, StringComparison.Ordinal));
        Assert.All(addresses, address => Assert.DoesNotContain("planted", address, StringComparison.Ordinal));
        var other = Config(null);
        other.WaitForAssertion(() => Assert.Equal("hello", Field(other, "note").GetAttribute("value")), Patience);
        Assert.Equal("password", Field(other, "pin").GetAttribute("type"));
    }

    [Fact]
    public async Task Changed_offsets_are_an_address()
    {
        world.Server.Add("fine", "STOPPED", config: [("topics", "orders")]);
        ConnectorOffset[] offsets = [new SinkOffset("orders", 0, 100).ToConnect(), new SinkOffset("orders", 1, 9).ToConnect()];
        await world.Commands.RunAsync(
            Monitor, new SetConnectorOffsets("main", "fine", [.. offsets]), Who.Actor, Xunit.TestContext.Current.CancellationToken);
        Go("connect/main/fine/offsets?offsets=orders%253A0%3D40%26bills%253A2%3D7&forget=orders%253A1");
        var form = Render<ConnectorOffsetForm>(p => p.Add(f => f.Catalog, world.Of("local")[0]).Add(f => f.Name, "fine"));
        form.WaitForAssertion(
            () => Assert.Equal(
                ["bills", "2", "7", "40", "9"], form.FindAll(".config-row input").Select(i => i.GetAttribute("value") ?? "")), Patience);
        Assert.True(form.FindAll(".config-row input")[4].HasAttribute("disabled"));
        await form.InvokeAsync(() => form.FindAll(".config-row input")[1].Input("3"));
        Settle(form, () => Assert.EndsWith(
            "/offsets?offsets=bills%253A3%3D7%26orders%253A0%3D40&forget=orders%253A1", Navigation.Uri, StringComparison.Ordinal));
    }

    [Fact]
    public void A_viewer_looks_and_does_nothing()
    {
        Who.Actor = FakeActor.With("viewer");
        Go("connect/main/fine");
        var page = Open("fine");
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll(".page-head .btn")), Patience);
        Assert.All(page.FindAll(".page-head .btn"), button => Assert.Equal("true", button.GetAttribute("aria-disabled")));
    }

    NavigationManager Navigation => Services.GetRequiredService<NavigationManager>();

    void Go(string address) => Navigation.NavigateTo($"clusters/local/{address}");

    IRenderedComponent<ConnectorForm> Config(string? name) =>
        Render<ConnectorForm>(p => p.Add(f => f.Catalog, world.Of("local")[0]).Add(f => f.Name, name));

    /// <summary>By its label.</summary>
    static AngleSharp.Dom.IElement Field(IRenderedComponent<ConnectorForm> form, string key) =>
        form.FindAll(".config-row .mud-input-control").Single(row => row.QuerySelector("label")?.TextContent == key)
            .QuerySelector("input")!;

    void Settle<T>(IRenderedComponent<T> form, Action expected)
        where T : IComponent => form.WaitForAssertion(
        () =>
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            expected();
        },
        Patience);

    IRenderedComponent<ConnectorPage> Open(string name) =>
        Render<ConnectorPage>(p => p.Add(c => c.ConnectName, "main").Add(c => c.ConnectorName, name));
}
