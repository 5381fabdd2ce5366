using System.Collections.Immutable;
using System.Text;
using Bunit;
using Dashboard.Messages.Decoding;
using Dashboard.Messages.Scanning;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Model;
using Dashboard.Monitoring.Tests;
using Dashboard.Tests.Fakes;
using Dashboard.Tests.Security;
using Kafka.Protocol.Records;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Page = Dashboard.Components.Features.Messages.Messages;

namespace Dashboard.Tests.Components.Features;

/// <summary>A secret that is masked for the reader is nowhere in the page of messages, neither shown nor to be copied.</summary>
public sealed class MaskedPageTests : PageContext
{
    /// <summary>Of the page, and what says that the records are there.</summary>
    static readonly (string Query, string Sign)[] states =
    [
        ("?from=oldest", "tbody tr"), ("?view=latest", "tbody tr"), ("?tail=true&from=oldest", "tbody tr"),
        ($"?from=oldest&columns=key,value,value.name,value.card.number,value.items,header.{Planted.HeaderName}", "tbody tr"),
        ("?from=oldest&at=0%3A0", "aside [data-copy*=kcat]"), ("?from=oldest&at=0%3A0&as=hex&keyAs=hex", "aside .part-of pre"),
        ("?from=oldest&pick=0%3A0%2C0%3A1", ".diff"),
    ];

    readonly List<FakeLog> logs = [];

    public static TheoryData<int> Parts => [.. Enumerable.Range(0, Planted.All.Count)];

    [Theory]
    [MemberData(nameof(Parts))]
    public void It_is_nowhere_in_the_page_of_whom_it_is_masked_for(int part)
    {
        var planted = Planted.All[part];
        Serve(Log(planted));
        var (exempt, seen) = (Who.Actor, 0);
        foreach (var (query, sign) in states)
        {
            Who.Actor = exempt with { Permissions = new Masked(planted.Mask) };
            Assert.False(Planted.IsIn(Markup(query, sign)), $"{planted.Mask} in {query}");
            Who.Actor = exempt;
            seen += Planted.IsIn(Markup(query, sign)) ? 1 : 0;
        }

        Assert.True(seen >= 3, $"who is exempt sees {planted.Mask} in {seen} of {states.Length} states");
    }

    /// <summary>It is there, and is not to be called nowhere.</summary>
    [Fact]
    public void A_search_for_it_says_what_was_not_searched()
    {
        var planted = Planted.All[0];
        Serve(Log(planted));
        var exempt = Who.Actor;
        var query = $"?from=oldest&filter=text:{Planted.Secret}";
        Assert.DoesNotContain("was not searched", Markup(query, "tbody tr"), StringComparison.Ordinal);
        Who.Actor = exempt with { Permissions = new Masked(planted.Mask) };
        Assert.Contains("was not searched", Markup(query, ".blank"), StringComparison.Ordinal);
    }

    void Serve(FakeLog log)
    {
        var now = new FakeCluster("local", ClusterKind.Hosted, Time).With(3, ("t", 1, 1)).Snapshot();
        Monitor.Publish(now with { Version = Monitor.Current.Version + 1 });
        Monitor.Data = new("local", () => log.Bootstrap, new(), null, NullLoggerFactory.Instance);
        Services.AddSingleton<IMessageScanner>(new MessageScanner(new PlainDecoder()));
        Services.AddSingleton<IBodyDecoders>(new PlainDecoder());
    }

    protected override async ValueTask DisposeAsyncCore()
    {
        await base.DisposeAsyncCore();
        await Monitor.Data.DisposeAsync();
        foreach (var log in logs)
        {
            await log.DisposeAsync();
        }
    }

    string Markup(string query, string sign)
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo($"clusters/local/topics/t/messages{query}");
        using var page = Render<Page>(p => p.Add(m => m.Name, "t"));
        page.WaitForAssertion(() => page.Find(sign));
        return page.Markup;
    }

    FakeLog Log(Planted planted)
    {
        var log = new FakeLog();
        logs.Add(log);
        for (var i = 0; i < 2; i++)
        {
            using var batch = new RecordBatchBuilder { BaseOffset = log.First.End };
            batch.Add(
                Bytes(planted.Key), Bytes(planted.Value), 1_700_000_000_000 + i,
                [new RecordHeader(Planted.HeaderName, Bytes(planted.Header)), new RecordHeader("n", Bytes($"{i}"))]);
            log.First.Append(batch);

            // two secrets that differ, or nothing of them would be compared
            byte[] Bytes(string text) =>
                Encoding.UTF8.GetBytes(text.Replace(Planted.Secret, $"{Planted.Secret}{i}", StringComparison.Ordinal));
        }

        return log;
    }

    sealed class Masked(string mask) : IPermissions
    {
        public bool May(Permission permission) => true;

        public string RolesOn(string? cluster) => "operator";

        public ImmutableArray<FieldMask> Masks(string cluster, string topic) => [FieldMask.Parse(mask)];
    }
}
