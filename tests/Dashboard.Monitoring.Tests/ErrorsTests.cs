using System.Net.Sockets;
using Dashboard.Monitoring.Connections;
using Dashboard.Monitoring.Model;
using Dashboard.Monitoring.Readings;
using Kafka.Client;
using Kafka.Protocol;
using ZooKeeper.Client;
using ZooKeeper.Protocol;
using static Dashboard.Monitoring.Tests.Build;

namespace Dashboard.Monitoring.Tests;

/// <summary>From what was thrown, or was never given, to what a panel says.</summary>
public sealed class ErrorsTests
{
    public static TheoryData<Exception, SectionErrorKind, string?> Failures() => new()
    {
        { new KafkaTimeoutException("h", 1, "Metadata v12", TimeSpan.FromSeconds(5)), SectionErrorKind.TimedOut, null },
        { new KafkaUnreachableException("h", 1, "refused"), SectionErrorKind.Unreachable, null },
        { new KafkaException(ErrorCode.UnsupportedVersion), SectionErrorKind.Unsupported, "UNSUPPORTED_VERSION" },
        { new KafkaException(ErrorCode.ClusterAuthorizationFailed), SectionErrorKind.Refused, "CLUSTER_AUTHORIZATION_FAILED" },
        // Kafka itself says that something timed out behind it: an answer
        { new KafkaException(ErrorCode.RequestTimedOut), SectionErrorKind.Refused, "REQUEST_TIMED_OUT" },
        { new ZooKeeperException(ZooKeeperError.OperationTimeout, "/a", "late"), SectionErrorKind.TimedOut, null },
        { new ZooKeeperException(ZooKeeperError.ConnectionLoss, "/a", "gone"), SectionErrorKind.Unreachable, null },
        { new ZooKeeperException(ZooKeeperError.SessionExpired, null, "gone"), SectionErrorKind.Unreachable, null },
        { new ZooKeeperException(ZooKeeperError.NoAuth, "/a", "no"), SectionErrorKind.Refused, "NOAUTH" },
        { new ZooKeeperException(ZooKeeperError.MarshallingError, "/a", "too long"), SectionErrorKind.Failed, null },
        { new TimeoutException("late"), SectionErrorKind.TimedOut, null },
        { new OperationCanceledException(), SectionErrorKind.TimedOut, null },
        { new SocketException((int)SocketError.ConnectionRefused), SectionErrorKind.Unreachable, null },
        { new IOException("broken"), SectionErrorKind.Unreachable, null },
        { new InvalidOperationException("a fault"), SectionErrorKind.Failed, null },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public void A_failure_has_a_kind_and_the_code_of_whoever_refused(Exception failure, SectionErrorKind kind, string? code)
    {
        var error = Errors.From(failure, "broker 1", Start);
        Assert.Equal((kind, code, "broker 1", Start), (error.Kind, error.Code, error.Source.Name, error.Since));
        Assert.NotEmpty(error.Message);
    }

    [Fact]
    public void Of_a_call_that_timed_out_it_is_known_how_long_it_was_waited_for()
    {
        var failure = new KafkaTimeoutException("h", 1, "x", TimeSpan.FromSeconds(5));
        Assert.Equal(TimeSpan.FromSeconds(5), Errors.From(failure, "x", Start).Waited);
    }

    [Theory]
    [InlineData("k:1", "z:1", false, false)]
    [InlineData("k:1", null, false, true)]
    [InlineData(null, "z:1", true, false)]
    [InlineData(null, null, true, true)]
    public void What_was_not_given_does_not_look_as_if_it_were_loading(string? kafka, string? zooKeeper, bool noKafka, bool noZooKeeper)
    {
        var state = MonitorState.Initial(Options(kafka, zooKeeper), Start);
        var snapshot = state.Snapshot;
        Assert.Equal((!noKafka, !noZooKeeper), (snapshot.HasKafka, snapshot.HasZooKeeper));
        SectionError?[] kafkas =
        [
            snapshot.Topics.Error, snapshot.Offsets.Error, snapshot.LogDirs.Error, snapshot.TopicConfigs.Error,
            snapshot.Groups.Error, snapshot.Reassignments.Error, state.Metadata.Error, state.Groups.Error,
        ];
        Assert.All(kafkas, e => Assert.Equal(noKafka ? SectionErrorKind.Unsupported : null, e?.Kind));
        Assert.Equal(noZooKeeper ? SectionErrorKind.Unsupported : null, snapshot.Ensemble.Error?.Kind);
        Assert.Equal((null, null), (snapshot.Brokers.Error, state.Registration.Error));
    }

    [Fact]
    public void What_cannot_be_read_before_metadata_was_fails_with_it_and_what_was_read_stays()
    {
        var error = new SectionError(SectionErrorKind.Unreachable, "Kafka", null, "refused", Start);
        var state = MonitorState.Initial(Options("k:1", null), Start);
        Assert.Same(state, state.WithoutMetadata());
        var failed = (state with { Metadata = state.Metadata.Failed(error) }).WithoutMetadata();
        var snapshot = failed.Snapshot;
        SectionError?[] errors =
        [
            failed.Groups.Error, snapshot.Offsets.Error, snapshot.LogDirs.Error,
            snapshot.TopicConfigs.Error, snapshot.Groups.Error, snapshot.Reassignments.Error,
        ];
        Assert.All(errors, e => Assert.Equal(error, e));
        var known = new MetadataReading("id", 0, [], TopicTable.Of([]));
        var stale = state with { Metadata = state.Metadata.Read(known, Start).Failed(error) };
        Assert.Same(stale, stale.WithoutMetadata());
    }

    static ClusterMonitorOptions Options(string? kafka, string? zooKeeper) =>
        new() { Id = "t", Name = "t", Kind = ClusterKind.Remote, Kafka = kafka, ZooKeeper = zooKeeper };
}
