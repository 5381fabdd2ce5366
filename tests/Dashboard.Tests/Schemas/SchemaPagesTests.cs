using Bunit;
using Dashboard.Components.Features.Schemas;
using Dashboard.Messages.Subjects;
using Dashboard.Tests.Components;
using Dashboard.Tests.Fakes;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using SchemasPage = Dashboard.Components.Features.Schemas.Schemas;

namespace Dashboard.Tests.Schemas;

/// <summary>The pages of a registry: what they show, and what they say when they cannot.</summary>
public sealed class SchemaPagesTests : PageContext, IAsyncLifetime
{
    SchemaWorld world = null!;

    public async ValueTask InitializeAsync()
    {
        world = await SchemaWorld.StartAsync();
        world.Server.Add("orders-value", "AVRO", SchemaWorld.One);
        world.Server.Add("orders-value", "AVRO", SchemaWorld.Two);
        world.Server.Add("pay-value", "PROTOBUF", "syntax = \"proto3\"; message Pay { int64 id = 1; }");
        Services.AddSingleton<ISchemaCatalogs>(world);
        Services.AddSingleton<ISchemaUsers>(world);
        Services.AddSingleton<ISchemaCommands>(world.Commands);
    }

    public new async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await world.DisposeAsync();
    }

    [Fact]
    public void The_list_has_each_subject_with_its_latest_version_and_its_topic()
    {
        var page = Open("schemas");
        page.WaitForAssertion(() => Assert.Equal("2 subjects have schemas", page.Find("h1").TextContent), Patience);
        // each row's version is an answer of its own
        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll("tbody td.num a").Count), Patience);
        Assert.Contains("Protobuf", page.Markup, StringComparison.Ordinal);
        var row = page.FindAll("tbody tr").Single(r => r.TextContent.Contains("orders-value", StringComparison.Ordinal));
        Assert.Equal("2", row.QuerySelector("td.num a")!.TextContent);
        Assert.NotNull(row.QuerySelector("a[href$='topics/orders']"));
        Assert.Contains("Compatibility BACKWARD", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void No_answer_is_not_an_empty_list()
    {
        world.Server.Fault = _ => new(503, "{}", false);
        var page = Open("schemas");
        page.WaitForAssertion(() => Assert.Equal("The schema registry could not be read", page.Find("h1").TextContent), Patience);
        Assert.DoesNotContain("No subject is registered", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_registry_the_page_names_the_setting()
    {
        world.IsConfigured = false;
        var page = Open("schemas");
        Assert.Contains("schemaRegistry:", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_versions_are_compared_by_an_address()
    {
        Go("schemas/orders-value?from=1&to=2");
        var page = Render<SubjectPage>(p => p.Add(s => s.SubjectName, "orders-value"));
        page.WaitForAssertion(() => Assert.Contains("note", page.Find(".diff").TextContent, StringComparison.Ordinal), Patience);
        Assert.Equal("From version 1 to 2", page.Find(".c8 h2").TextContent);
    }

    [Fact]
    public void A_subject_that_is_not_there_is_missing()
    {
        Go("schemas/nobody");
        var page = Render<SubjectPage>(p => p.Add(s => s.SubjectName, "nobody"));
        page.WaitForAssertion(() => Assert.Equal("There is no subject nobody", page.Find("h1").TextContent), Patience);
    }

    [Fact]
    public void What_does_not_fit_cannot_be_registered_and_says_why()
    {
        Go("new-schema?subject=orders-value");
        var form = Render<SchemaForm>(p => p.Add(f => f.Subject, "orders-value"));
        form.WaitForAssertion(() => Assert.Contains("This is version 2 already", form.Markup, StringComparison.Ordinal), Patience);
        var text = form.FindAll("textarea")[0];
        text.Input(SchemaWorld.Strict);
        form.WaitForState(
            () =>
            {
                Time.Advance(TimeSpan.FromSeconds(1));
                return form.Markup.Contains("not compatible", StringComparison.Ordinal);
            },
            Patience);
        Assert.Contains("READER_FIELD_MISSING_DEFAULT_VALUE: amount", form.Markup, StringComparison.Ordinal);
        Assert.True(form.Find(".panel-foot button").HasAttribute("disabled"));
    }

    [Fact]
    public void A_candidate_is_an_address_of_what_differs_from_the_latest_version()
    {
        Go("new-schema?subject=orders-value&references=shop.Who%20%3D%20who-value%201");
        var form = Render<SchemaForm>(p => p.Add(f => f.Subject, "orders-value"));
        form.WaitForAssertion(() => Assert.Contains("note", Value(form, 0), StringComparison.Ordinal), Patience);
        Assert.Equal("shop.Who = who-value 1", Value(form, 1));
        Type(form, 1, "");
        Settle(form, () => Assert.EndsWith("/new-schema?subject=orders-value", Uri, StringComparison.Ordinal));
        Type(form, 0, SchemaWorld.Strict);
        Settle(form, () => Assert.EndsWith(
            $"/new-schema?subject=orders-value&schema={System.Uri.EscapeDataString(SchemaWorld.Strict)}", Uri, StringComparison.Ordinal));
        var other = Render<SchemaForm>(p => p.Add(f => f.Subject, "orders-value"));
        other.WaitForAssertion(() => Assert.Contains("not compatible", other.Markup, StringComparison.Ordinal), Patience);
        Assert.Equal(SchemaWorld.Strict, Value(other, 0));
    }

    [Fact]
    public void A_candidate_too_long_for_an_address_is_left_out_of_it_and_said_so()
    {
        Go("new-schema");
        var form = Render<SchemaForm>();
        Type(form, 0, new string('{', 4_000));
        form.InvokeAsync(() => form.FindAll("input")[0].Input("bills-value"));
        Settle(form, () => Assert.EndsWith("/new-schema?name=bills-value", Uri, StringComparison.Ordinal));
        form.WaitForAssertion(
            () => Assert.Contains("without what is too long for one: schema", form.Markup, StringComparison.Ordinal), Patience);
    }

    [Fact]
    public void A_viewer_reads_and_changes_nothing()
    {
        Who.Actor = FakeActor.With("viewer");
        Go("schemas/orders-value");
        var page = Render<SubjectPage>(p => p.Add(s => s.SubjectName, "orders-value"));
        page.WaitForAssertion(() => Assert.Contains("Version 2", page.Markup, StringComparison.Ordinal), Patience);
        Assert.All(page.FindAll(".page-head .btn"), button => Assert.Equal("true", button.GetAttribute("aria-disabled")));
    }

    string Uri => Services.GetRequiredService<NavigationManager>().Uri;

    static string Value(IRenderedComponent<SchemaForm> form, int area) => form.FindAll("textarea")[area].GetAttribute("value") ?? "";

    static void Type(IRenderedComponent<SchemaForm> form, int area, string text) =>
        form.InvokeAsync(() => form.FindAll("textarea")[area].Input(text));

    void Settle(IRenderedComponent<SchemaForm> form, Action expected) => form.WaitForAssertion(
        () =>
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            expected();
        },
        Patience);

    static TimeSpan Patience => TimeSpan.FromSeconds(20);

    void Go(string address) => Services.GetRequiredService<NavigationManager>().NavigateTo($"clusters/local/{address}");

    IRenderedComponent<SchemasPage> Open(string address)
    {
        Go(address);
        return Render<SchemasPage>();
    }
}
