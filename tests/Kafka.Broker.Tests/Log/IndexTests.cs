using Kafka.Broker.Log;
using Testing;
using Wire.Files;

namespace Kafka.Broker.Tests.Log;

public sealed class IndexTests
{
    [Fact]
    public void A_lookup_finds_the_last_entry_at_or_before_the_offset()
    {
        var index = new OffsetIndex();
        index.Append(10, 100);
        index.Append(20, 200);
        index.Append(20, 250); // not later: passed over

        Assert.Equal(0, index.Lookup(9));
        Assert.Equal(100, index.Lookup(10));
        Assert.Equal(100, index.Lookup(19));
        Assert.Equal(200, index.Lookup(1000));
    }

    [Fact]
    public void Indexes_are_written_as_Kafka_writes_them_and_read_back()
    {
        using var directory = new TempDirectory();
        var index = new OffsetIndex();
        index.Append(1, 2);
        index.Append(0x01020304, 0x05060708);
        using var file = Disk.Instance.Open(directory["x.index"], FileMode.CreateNew);
        index.Save(file);

        Assert.Equal([0, 0, 0, 1, 0, 0, 0, 2, 1, 2, 3, 4, 5, 6, 7, 8], File.ReadAllBytes(directory["x.index"]));
        var loaded = OffsetIndex.Load(file, logSize: 0x05060709)!;
        loaded.Append(0x01020305, 0x05060709); // the log goes on
        Assert.Equal(3, loaded.Count);
        Assert.Null(OffsetIndex.Load(file, logSize: 100));
    }

    [Fact]
    public void A_time_is_before_every_record_behind_the_offset_found()
    {
        var times = new TimeIndex();
        times.Append(1000, 5);
        times.Append(900, 8); // not later: passed over
        times.Append(2000, 9);

        Assert.Equal(0, times.Lookup(1000));
        Assert.Equal(5, times.Lookup(1001));
        Assert.Equal(9, times.Lookup(5000));
        Assert.Equal((2000, 9), times.Last);
    }
}
