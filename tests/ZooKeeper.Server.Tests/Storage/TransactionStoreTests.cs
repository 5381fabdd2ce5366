using Testing;
using Wire.Files;
using ZooKeeper.Protocol;
using ZooKeeper.Protocol.Messages;
using ZooKeeper.Server.Storage;
using ZooKeeper.Server.Transactions;
using ZooKeeper.Server.Tree;

namespace ZooKeeper.Server.Tests.Storage;

public sealed class TransactionStoreTests : IAsyncLifetime
{
    readonly StoreHarness harness = new();

    public async ValueTask InitializeAsync() => await harness.OpenAsync();

    public ValueTask DisposeAsync() => harness.DisposeAsync();

    [Fact]
    public async Task What_was_appended_is_there_again()
    {
        harness.Append(1, 2, 3);
        await harness.Store.FlushAsync();
        Assert.Equal(3, harness.Durable);
        var state = await harness.ReopenAsync();
        Assert.Equal([1, 2, 3], StoreHarness.Created(state));
        Assert.Equal(3, state.Tree.LastProcessedZxid);
        Assert.Equal(3, harness.Store.LastLoggedZxid);
        Assert.Equal([1L, 2, 3], state.Recent.Proposals.Select(p => p.Zxid));
    }

    [Fact]
    public async Task Many_transactions_share_an_fsync()
    {
        var before = harness.Disk.Syncs;
        harness.Append(Enumerable.Range(1, 5000).Select(i => (long)i));
        await harness.Store.FlushAsync();
        Assert.Equal(5000, harness.Durable);
        Assert.InRange(harness.Disk.Syncs - before, 1, 2500);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(13)]
    [InlineData(40)]
    public async Task A_torn_tail_is_cut_off_and_told(int cut)
    {
        harness.Append(1, 2, 3);
        await harness.Store.DisposeAsync();
        var length = new FileInfo(harness.LogPath).Length;
        using (var file = File.OpenWrite(harness.LogPath))
        {
            file.SetLength(length - cut);
        }

        var state = await harness.OpenAsync();
        Assert.Equal([1, 2], StoreHarness.Created(state));
        Assert.True(harness.Log.Contains("torn tail cut off"), harness.Log.ToString());
        harness.Append(3, 4);
        Assert.Equal([1, 2, 3, 4], StoreHarness.Created(await harness.ReopenAsync()));
    }

    [Fact]
    public async Task A_last_entry_whose_bytes_did_not_all_arrive_is_cut_off()
    {
        harness.Append(1, 2, 3);
        await harness.Store.DisposeAsync();
        Overwrite(new FileInfo(harness.LogPath).Length - 30, 0xee);
        Assert.Equal([1, 2], StoreHarness.Created(await harness.OpenAsync()));
        Assert.True(harness.Log.Contains("checksum"), harness.Log.ToString());
    }

    [Fact]
    public async Task Damage_in_the_middle_is_refused_and_named()
    {
        harness.Append(1, 2, 3);
        await harness.Store.DisposeAsync();
        Overwrite(LogFile.HeaderLength + 40, 0xee);
        var problem = await Assert.ThrowsAsync<InvalidDataException>(harness.OpenAsync);
        Assert.Contains(harness.LogPath, problem.Message, StringComparison.Ordinal);
        Assert.Contains("with good entries after it", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Room_made_in_advance_is_not_taken_for_damage()
    {
        harness.Append(1, 2);
        await harness.Store.DisposeAsync();
        using (var file = File.OpenWrite(harness.LogPath))
        {
            file.SetLength(file.Length + 100_000);
        }

        Assert.Equal([1, 2], StoreHarness.Created(await harness.OpenAsync()));
        Assert.False(harness.Log.Contains("torn"), harness.Log.ToString());
    }

    [Fact]
    public async Task A_full_disk_ends_the_store_and_makes_nothing_durable_after_it()
    {
        harness.Append(1);
        await harness.Store.FlushAsync();
        harness.Disk.IsFull = true;
        harness.Append(2);
        await Assert.ThrowsAsync<IOException>(harness.Store.FlushAsync);
        await Eventually.TrueAsync(() => harness.Failure is IOException, "the failure is reported");
        harness.Disk.IsFull = false;
        harness.Append(3);
        await Assert.ThrowsAsync<IOException>(harness.Store.FlushAsync);
        Assert.Equal(1, harness.Durable);
        Assert.Equal([1], StoreHarness.Created(await harness.ReopenAsync()));
    }

    [Fact]
    public async Task A_snapshot_and_the_log_after_it_give_the_same_tree()
    {
        harness.Append(1, 2);
        var state = await harness.ReopenAsync();
        state.Sessions[77] = 5000;
        await harness.Store.SaveSnapshotAsync(SnapshotCodec.Write(state.Tree, state.Sessions));
        harness.Append(3, 4);
        var again = await harness.ReopenAsync();
        Assert.Equal([1, 2, 3, 4], StoreHarness.Created(again));
        Assert.Equal(5000, again.Sessions[77]);
        Assert.Equal([0, 2], harness.Files.ListSnapshots().Select(s => s.Zxid));
        Assert.Equal(state.Tree.Find("/n1")!.ToStat().Czxid, again.Tree.Find("/n1")!.ToStat().Czxid);
    }

    [Theory]
    [InlineData("")]
    [InlineData("gz")]
    [InlineData("snappy")]
    public void A_snapshot_is_read_as_its_name_says(string method)
    {
        using var directory = new TempDirectory();
        var files = new StoreFiles(directory.Path, directory.Path) { SnapshotCompression = method };
        files.CreateDirectories(Disk.Instance);
        var tree = new DataTree { LastProcessedZxid = 9 };
        for (var i = 0; i < 3000; i++)
        {
            // more than one block of snappy
            var txn = new CreateTxn { Path = $"/n{i}", Data = new byte[40], Acl = [.. Acls.Open], ParentCVersion = -1 };
            tree.Apply(new TxnHeader { Zxid = 9, Type = (int)OpCode.Create }, txn);
        }

        SnapshotFile.Write(Disk.Instance, files, SnapshotCodec.Write(tree, new Dictionary<long, int> { [5] = 6000 }));
        var (zxid, path) = Assert.Single(files.ListSnapshots());
        Assert.Equal((9, method.Length == 0 ? "snapshot.9" : $"snapshot.9.{method}"), (zxid, Path.GetFileName(path)));
        var read = SnapshotFile.Read(path, zxid);
        Assert.Equal((3005, 6000), (read.Tree.NodeCount, read.Sessions[5]));
        var bytes = File.ReadAllBytes(path);
        File.WriteAllBytes(path, bytes[..(bytes.Length / 2)]);
        Assert.Throws<InvalidDataException>(() => SnapshotFile.Read(path, zxid));
        File.WriteAllBytes(path, new byte[100]);
        Assert.Throws<InvalidDataException>(() => SnapshotFile.Read(path, zxid));
    }

    [Fact]
    public async Task A_damaged_snapshot_is_skipped_for_an_older_one_and_told()
    {
        harness.Append(1, 2);
        var state = await harness.ReopenAsync();
        await harness.Store.SaveSnapshotAsync(SnapshotCodec.Write(state.Tree, state.Sessions));
        harness.Append(3);
        await harness.Store.DisposeAsync();
        var bytes = await File.ReadAllBytesAsync(harness.Files.SnapshotPath(2), TestContext.Current.CancellationToken);
        bytes[^30] ^= 1;
        await File.WriteAllBytesAsync(harness.Files.SnapshotPath(2), bytes, TestContext.Current.CancellationToken);
        Assert.Equal([1, 2, 3], StoreHarness.Created(await harness.OpenAsync()));
        Assert.True(harness.Log.Contains("skipped"), harness.Log.ToString());
    }

    [Fact]
    public async Task A_log_without_any_snapshot_is_refused()
    {
        harness.Append(1);
        await harness.Store.DisposeAsync();
        File.Delete(harness.Files.SnapshotPath(0));
        await Assert.ThrowsAsync<InvalidDataException>(harness.OpenAsync);
        await File.WriteAllBytesAsync(harness.Files.SnapshotPath(0), new byte[10], TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<InvalidDataException>(harness.OpenAsync);
    }

    [Fact]
    public async Task Truncation_cuts_log_files_and_snapshots()
    {
        harness.Append(1, 2, 3);
        await harness.ReopenAsync();
        harness.Append(4, 5);
        var state = await harness.ReopenAsync();
        await harness.Store.SaveSnapshotAsync(SnapshotCodec.Write(state.Tree, state.Sessions));
        harness.Append(6);
        await harness.Store.TruncateAfterAsync(2);
        Assert.Equal(2, harness.Store.LastLoggedZxid);
        Assert.Equal([1, 2], StoreHarness.Created(await harness.Store.LoadAsync()));
        harness.Append(3, 4);
        Assert.Equal([1, 2, 3, 4], StoreHarness.Created(await harness.ReopenAsync()));
    }

    [Fact]
    public async Task A_leaders_snapshot_takes_the_place_of_everything()
    {
        harness.Append(1, 2, 3);
        await harness.Store.InstallSnapshotAsync(await ImageOfAsync(50));
        Assert.Equal(50, harness.Store.LastLoggedZxid);
        Assert.Empty(harness.Files.ListLogs());
        Assert.Equal([50], harness.Files.ListSnapshots().Select(s => s.Zxid));
        harness.Append(51);
        var state = await harness.ReopenAsync();
        Assert.Equal(51, state.Tree.LastProcessedZxid);
        Assert.Equal(51, harness.Store.FirstLoggedZxid);
    }

    [Fact]
    public async Task A_leaders_snapshot_may_be_older_than_what_is_here()
    {
        harness.Append(1, 2, 3);
        var state = await harness.ReopenAsync();
        await harness.Store.SaveSnapshotAsync(SnapshotCodec.Write(state.Tree, state.Sessions));
        Purge.Run(harness.Disk, harness.Files, 1, harness.Log);
        harness.Append(4);
        await harness.Store.InstallSnapshotAsync(await ImageOfAsync(2));
        Assert.Equal(2, (await harness.ReopenAsync()).Tree.LastProcessedZxid);
    }

    [Fact]
    public async Task A_log_that_ends_before_the_snapshot_is_not_kept()
    {
        harness.Append(1, 2, 3);
        await harness.Store.SaveSnapshotAsync(await ImageOfAsync(50));
        Assert.Equal(50, (await harness.ReopenAsync()).Tree.LastProcessedZxid);
        Assert.Empty(harness.Files.ListLogs());
        Assert.Equal(long.MaxValue, harness.Store.FirstLoggedZxid);
    }

    static async Task<SnapshotImage> ImageOfAsync(long zxid)
    {
        await using var other = new StoreHarness();
        var state = await other.OpenAsync();
        state.Tree.LastProcessedZxid = zxid;
        return SnapshotCodec.Write(state.Tree, state.Sessions);
    }

    [Fact]
    public async Task The_log_is_read_from_any_zxid_over_all_files()
    {
        harness.Append(1, 2, 3);
        await harness.ReopenAsync();
        harness.Append(4, 5, 6);
        await harness.Store.FlushAsync();
        Assert.Equal([3L, 4, 5, 6], harness.Store.ReadFrom(3).Select(p => p.Zxid));
        Assert.Equal([6L], harness.Store.ReadFrom(6).Select(p => p.Zxid));
        Assert.Empty(harness.Store.ReadFrom(7));
        Assert.Equal(1, harness.Store.FirstLoggedZxid);
    }

    [Fact]
    public async Task Epochs_are_there_again()
    {
        Assert.Equal(-1, harness.Store.AcceptedEpoch);
        harness.Store.AcceptedEpoch = 7;
        harness.Store.CurrentEpoch = 6;
        await harness.ReopenAsync();
        Assert.Equal((7, 6), (harness.Store.AcceptedEpoch, harness.Store.CurrentEpoch));
        Assert.Equal(
            "7",
            await File.ReadAllTextAsync(Path.Combine(harness.Files.Snapshots, "acceptedEpoch"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Purging_keeps_the_newest_snapshots_and_the_logs_they_need()
    {
        for (var zxid = 1; zxid <= 6; zxid++)
        {
            harness.Append(zxid);
            var state = await harness.ReopenAsync();
            await harness.Store.SaveSnapshotAsync(SnapshotCodec.Write(state.Tree, state.Sessions));
        }

        Purge.Run(harness.Disk, harness.Files, 3, harness.Log);
        Assert.Equal([4, 5, 6], harness.Files.ListSnapshots().Select(s => s.Zxid));
        Assert.Equal([5, 6], harness.Files.ListLogs().Select(l => l.Zxid));
        Assert.Equal([1, 2, 3, 4, 5, 6], StoreHarness.Created(await harness.ReopenAsync()));
    }

    [Fact]
    public async Task A_killed_store_loses_only_what_was_not_durable()
    {
        harness.Append(1, 2);
        await harness.Store.FlushAsync();
        harness.Append(3);
        await harness.Store.KillAsync();
        Assert.InRange(StoreHarness.Created(await harness.OpenAsync()).Count(), 2, 3);
    }

    [Fact]
    public async Task Sessions_come_back_from_the_log()
    {
        void Append(long session, long zxid, OpCode type, IRecord record) =>
            harness.Store.Append(Proposal.Create(new TxnHeader { ClientId = session, Zxid = zxid, Type = (int)type }, record));

        Append(9, 1, OpCode.CreateSession, new CreateSessionTxn { TimeOut = 4000 });
        Append(8, 2, OpCode.CreateSession, new CreateSessionTxn { TimeOut = 5000 });
        Append(9, 3, OpCode.CloseSession, new CloseSessionTxn { Paths2Delete = [] });
        Assert.Equal([KeyValuePair.Create(8L, 5000)], (await harness.ReopenAsync()).Sessions);
    }

    void Overwrite(long position, byte value)
    {
        using var file = File.OpenWrite(harness.LogPath);
        file.Position = position;
        file.WriteByte(value);
    }
}
