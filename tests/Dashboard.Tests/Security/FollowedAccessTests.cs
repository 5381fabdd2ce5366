using System.Runtime.CompilerServices;
using Dashboard.Messages.Scanning;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Access;
using Microsoft.Extensions.DependencyInjection;

namespace Dashboard.Tests.Security;

/// <summary>Who follows a topic is asked about again: what is granted may be taken back while the answer goes on.</summary>
public sealed class FollowedAccessTests : IAsyncLifetime
{
    const string Begin =
        """
        clusters:
          - id: shop
            kafka: 127.0.0.1:1
        access:
          grants:
            - user: ada
              role: admin

        """;

    const string Granted = Begin +
        """
            - user: otto
              role: operator
        """;

    readonly AccessWorld world = new()
    {
        Rules = Granted,
        Services = services => services.AddSingleton<IMessageScanner, Steady>(),
    };

    public ValueTask InitializeAsync() => world.InitializeAsync();

    public ValueTask DisposeAsync() => world.DisposeAsync();

    [Theory]
    [InlineData(Begin, "The records may not be read any longer.")]
    [InlineData(
        Granted + "\nmasks:\n  - topics: [orders]\n    fields: [key]\n",
        "Other fields of the records are masked now: follow again.")]
    public async Task It_ends_when_the_rules_say_otherwise(string then, string why)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        enough.CancelAfter(TimeSpan.FromSeconds(30));
        using var answer = await world.OpenAsync("/api/clusters/shop/topics/orders/messages?follow=true", "otto");
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(enough.Token));
        Assert.DoesNotContain("error", await lines.ReadLineAsync(enough.Token), StringComparison.Ordinal);
        await world.WriteRulesAsync(then);
        var last = "";
        while (await lines.ReadLineAsync(enough.Token) is { } line)
        {
            last = line;
        }

        Assert.Contains($"\"error\":\"{why}\"", last, StringComparison.Ordinal);
    }

    /// <summary>A topic to which nothing is written.</summary>
    sealed class Steady : IMessageScanner
    {
        public IAsyncEnumerable<ScanStep> ScanAsync(
            IClusterMonitor cluster, ScanQuery query, Actor actor, CancellationToken stop, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public async IAsyncEnumerable<FollowStep> FollowAsync(
            IClusterMonitor cluster, ScanQuery query, Actor actor, long? mostBehind,
            [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            while (true)
            {
                yield return new FollowStep([], new FollowProgress(query, DateTimeOffset.UnixEpoch, 0, 0, 0, []));
                await Task.Delay(20, cancellationToken);
            }
        }
    }
}
