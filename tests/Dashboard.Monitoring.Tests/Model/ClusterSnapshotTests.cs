using Dashboard.Monitoring.Model;

namespace Dashboard.Monitoring.Tests.Model;

public sealed class ClusterSnapshotTests
{
    static readonly SectionError silent = new(SectionErrorKind.TimedOut, "x", null, "nobody answers", Build.Start);

    /// <summary>All there is was asked: with ZooKeeper its registrations, too, of which a wrong chroot is told.</summary>
    [Theory]
    [InlineData(false, false, true)]
    [InlineData(true, false, false)]
    [InlineData(true, true, true)]
    public void Registrations_are_part_of_what_is_asked(bool hasZooKeeper, bool registrationFailed, bool wasAsked)
    {
        var snapshot = new ClusterSnapshot
        {
            Id = "t",
            Name = "t",
            Kind = ClusterKind.Remote,
            HasZooKeeper = hasZooKeeper,
            RegistrationError = registrationFailed ? silent : null,
        };
        snapshot = snapshot with
        {
            Topics = snapshot.Topics.Failed(silent),
            Brokers = snapshot.Brokers.Failed(silent),
            Ensemble = snapshot.Ensemble.Failed(silent),
        };
        Assert.Equal(wasAsked, snapshot.WasAsked);
    }
}
