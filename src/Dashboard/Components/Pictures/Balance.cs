using System.Collections.Immutable;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using Dashboard.Localization;
using Dashboard.Monitoring.Model;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Pictures;

/// <summary>
/// How a topic lies on the brokers, one bar each: tint holds, fill leads, dashed red is a broker that is down. As markup: a list has one a
/// row, and of a component or of elements each circuit would keep two copies of every attribute. Drawn once for all who look, until the
/// topic or the brokers are others.
/// </summary>
public static class Balance
{
    const int Step = 12, Full = 16, Floor = 17;

    static readonly ConditionalWeakTable<TopicInfo, Drawn> latest = [];

    public static MarkupString Of(Text l, TopicInfo topic, ImmutableArray<BrokerInfo> brokers)
    {
        if (!latest.TryGetValue(topic, out var drawn) || drawn.Brokers != brokers || drawn.Language != Text.Language)
        {
            drawn = new(brokers, Text.Language, Draw(l, topic, brokers));
            latest.AddOrUpdate(topic, drawn);
        }

        return drawn.Picture;
    }

    static MarkupString Draw(Text l, TopicInfo topic, ImmutableArray<BrokerInfo> brokers)
    {
        var counts = brokers.Select(broker => (
            Broker: broker,
            Holds: topic.Partitions.Count(partition => partition.Replicas.Contains(broker.Id)),
            Leads: topic.Partitions.Count(partition => partition.Leader == broker.Id))).ToArray();
        var most = Math.Max(1, counts.Length == 0 ? 1 : counts.Max(c => c.Holds));
        var width = Math.Max(10, (brokers.Length * Step) - 2);
        var label = l["Topics_BalanceLabel", string.Join(", ", counts.Select(c => $"{c.Broker.Id}: {c.Leads}/{c.Holds}"))];
        var svg = new StringBuilder($"""<svg class="bal" width="{width}" height="18" viewBox="0 0 {width} 18" role="img" """)
            .Append($"""aria-label="{WebUtility.HtmlEncode(label)}">""");
        foreach (var (index, (broker, holds, leads)) in counts.Index())
        {
            Draw(svg, index * Step, holds * Full / most, leads * Full / most, broker.State == BrokerState.Down);
        }

        return new(svg.Append($"""<path class="base" d="M0 17.5H{width}" /></svg>""").ToString());
    }

    static void Draw(StringBuilder svg, int x, int holds, int leads, bool isDown)
    {
        if (isDown)
        {
            svg.Append($"""<rect class="gone" x="{x}.5" y="{Floor - holds}.5" width="9" height="{Math.Max(0, holds - 1)}" />""");
            return;
        }

        svg.Append($"""<rect class="hold" x="{x}" y="{Floor - holds}" width="10" height="{holds}" />""")
            .Append($"""<rect class="lead" x="{x}" y="{Floor - leads}" width="10" height="{leads}" />""");
    }

    sealed record Drawn(ImmutableArray<BrokerInfo> Brokers, string Language, MarkupString Picture);
}
