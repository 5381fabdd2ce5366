using Dashboard.Api;
using Dashboard.Monitoring.Model;

namespace Dashboard.Tests.Api;

/// <summary>What an alert reads: a number that is old says so.</summary>
public sealed class MetricsTests
{
    static readonly DateTimeOffset now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_reading_that_fails_is_told_with_its_age_and_one_that_a_cluster_does_not_have_is_not()
    {
        var cluster = new ClusterSnapshot
        {
            Id = "c",
            Name = "c",
            Kind = ClusterKind.Remote,
            Topics = Section<TopicTable>.Unread.Read(TopicTable.Of([]), now.AddSeconds(-42)).Failed(Error(SectionErrorKind.TimedOut)),
            Brokers = Section<BrokerTable>.Unread.Read(new BrokerTable([]), now.AddSeconds(-1)),
            Ensemble = Section<EnsembleTable>.Unread.Failed(Error(SectionErrorKind.Unsupported)),
            Groups = Section<GroupTable>.Unread.Failed(Error(SectionErrorKind.Refused)),
        };
        var lines = Metrics.Write([cluster], null, now).Split('\n').Where(l => l.StartsWith("castellan_reading", StringComparison.Ordinal)).ToList();
        Assert.Equal(
            [
                "castellan_reading_failing{cluster=\"c\",reading=\"brokers\"} 0",
                "castellan_reading_failing{cluster=\"c\",reading=\"topics\"} 1",
                "castellan_reading_failing{cluster=\"c\",reading=\"groups\"} 1",
                "castellan_reading_age_seconds{cluster=\"c\",reading=\"brokers\"} 1",
                "castellan_reading_age_seconds{cluster=\"c\",reading=\"topics\"} 42",
            ],
            lines);
    }

    static SectionError Error(SectionErrorKind kind) => new(kind, "broker 0", null, "no answer", now.AddSeconds(-30));
}
