using Kafka.Broker.Log;
using Testing;
using Wire.Files;

namespace Kafka.Broker.Tests.Log;

public sealed class LeaderEpochsTests
{
    [Fact]
    public void The_end_of_an_epoch_is_the_start_of_the_next_known_one()
    {
        using var directory = new TempDirectory();
        var epochs = Filled(directory);

        Assert.Equal((2, 10L), epochs.EndOf(2, 50));
        Assert.Equal((2, 10L), epochs.EndOf(3, 50)); // 3 never wrote here
        Assert.Equal((4, 30L), epochs.EndOf(4, 50));
        Assert.Equal((7, 50L), epochs.EndOf(7, 50));
        Assert.Equal((-1, -1L), epochs.EndOf(8, 50));
        Assert.Equal((1, 0L), epochs.EndOf(1, 50)); // before the first
    }

    [Fact]
    public void Truncation_from_both_ends_is_written()
    {
        using var directory = new TempDirectory();
        var epochs = Filled(directory);
        epochs.TruncateFromEnd(30);
        epochs.TruncateFromStart(15);

        var again = new LeaderEpochs(Disk.Instance, directory["leader-epoch-checkpoint"]);
        Assert.True(again.TryLoad());

        Assert.Equal([(4, 15L)], again.Entries);
        Assert.Equal("0\n1\n4 15\n", File.ReadAllText(directory["leader-epoch-checkpoint"]));
    }

    [Fact]
    public void A_later_epoch_at_the_same_offset_replaces_one_that_wrote_nothing()
    {
        using var directory = new TempDirectory();
        var epochs = Filled(directory);
        epochs.Assign(9, 30);

        Assert.Equal([(2, 0L), (4, 10L), (9, 30L)], epochs.Entries);
    }

    static LeaderEpochs Filled(TempDirectory directory)
    {
        var epochs = new LeaderEpochs(Disk.Instance, directory["leader-epoch-checkpoint"]);
        epochs.Assign(2, 0);
        epochs.Assign(4, 10);
        epochs.Assign(7, 30);
        epochs.Assign(6, 40); // older: passed over
        return epochs;
    }
}
