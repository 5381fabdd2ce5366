using Microsoft.Extensions.Logging.Abstractions;
using Testing;
using Wire;
using Wire.Files;
using ZooKeeper.Server.Storage;

namespace ZooKeeper.Server.Tests.Storage;

/// <summary>
/// The power is cut before every single step of the disk in turn: what was acknowledged is there afterwards, in the log, the snapshots and
/// the epochs.
/// </summary>
public class PowerCutTests
{
    [Theory]
    [InlineData(null)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task What_was_acknowledged_outlives_a_power_cut_at_any_step(int? seed)
    {
        var steps = 0;
        for (var cutAt = 1; ; cutAt++)
        {
            using var directory = new TempDirectory();
            var disk = new PowerCutDisk(directory.Path) { FailsAt = cutAt };
            var life = new Life(directory.Path);
            var finished = await life.RunAsync(disk);
            await life.CheckAsync(disk.Cut(seed is { } s ? new Random((s * 1000) + cutAt) : null));
            if (finished)
            {
                break;
            }

            steps++;
        }

        Assert.True(steps > 50, $"only {steps} steps");
    }

    [Fact]
    public void A_power_cut_loses_a_file_that_was_synced_in_a_directory_that_was_not()
    {
        using var root = new TempDirectory();
        var disk = new PowerCutDisk(root.Path);
        var directory = Path.Combine(root.Path, "d");
        disk.CreateDirectory(directory);
        disk.WriteWhole(Path.Combine(directory, "kept"), "old"u8);
        using (var file = disk.Open(Path.Combine(directory, "new"), FileMode.CreateNew))
        {
            file.Write("new"u8, 0);
            file.Sync();
        }

        disk.Rename(Path.Combine(directory, "new"), Path.Combine(directory, "kept"));
        disk.Cut();

        Assert.Equal("old", File.ReadAllText(Path.Combine(directory, "kept")));
        Assert.Equal(["kept"], Directory.GetFiles(directory).Select(Path.GetFileName));
    }

    /// <summary>What one server does with its store until the power fails, and what it may rely on then.</summary>
    sealed class Life(string root)
    {
        readonly StoreFiles files = new(root, root);
        TransactionStore? store;

        /// <summary>Acknowledged, and not given up by a TRUNC or a SNAP that has begun.</summary>
        long acknowledged;

        /// <summary>The last transaction that may be there.</summary>
        long appended;

        (long Least, long Most) accepted = (-1, -1);
        (long Least, long Most) current = (-1, -1);

        /// <summary>Zxid of a leader's snapshot; null before it is installed.</summary>
        long? installing;

        bool installed;

        /// <returns>Whether all of it was done.</returns>
        public async Task<bool> RunAsync(IDisk disk)
        {
            try
            {
                var state = await OpenAsync(disk);
                await AppendAsync(state, 1, 5);
                SetEpochs(1);
                await store!.SaveSnapshotAsync(SnapshotCodec.Write(state.Tree, state.Sessions));
                await AppendAsync(state, 6, 9);
                SetEpochs(2);
                await store.SaveSnapshotAsync(SnapshotCodec.Write(state.Tree, state.Sessions));
                await AppendAsync(state, 10, 14);
                Purge.Run(disk, files, retain: 2, NullLogger.Instance);
                acknowledged = 12;
                await store.TruncateAfterAsync(12);
                appended = 12;
                state = await store.LoadAsync();
                await AppendAsync(state, 13, 15);
                await InstallAsync(state);
                return true;
            }
            catch (IOException)
            {
                return false;
            }
            finally
            {
                await CloseAsync();
            }
        }

        /// <summary>Starts again on what was left, and once more after writing to it.</summary>
        public async Task CheckAsync(PowerCutDisk disk)
        {
            var state = await OpenAsync(disk);
            Check(state);
            var next = state.Tree.LastProcessedZxid + 1;
            store!.Append(StoreHarness.Transaction(next));
            await store.FlushAsync();
            await CloseAsync();
            state = await OpenAsync(disk.Cut());
            Assert.Equal(next, state.Tree.LastProcessedZxid);
            await CloseAsync();
        }

        void Check(RestoredState state)
        {
            var last = state.Tree.LastProcessedZxid;
            if (installed || (installing is not null && last >= installing))
            {
                Assert.Equal(installing, last);
            }
            else
            {
                Assert.InRange(last, acknowledged, appended);
            }

            Assert.Equal(Enumerable.Range(1, (int)last).Select(i => (long)i), StoreHarness.Created(state));
            Assert.InRange(store!.AcceptedEpoch, accepted.Least, accepted.Most);
            Assert.InRange(store.CurrentEpoch, current.Least, current.Most);
        }

        async Task AppendAsync(RestoredState state, long first, long last)
        {
            for (var zxid = first; zxid <= last; zxid++)
            {
                var proposal = StoreHarness.Transaction(zxid);
                appended = zxid;
                store!.Append(proposal);
                TransactionStore.Replay(state, proposal);
                if (zxid % 2 == 0)
                {
                    await store.FlushAsync();
                    acknowledged = zxid;
                }
            }

            await store!.FlushAsync();
            acknowledged = last;
        }

        void SetEpochs(long epoch)
        {
            accepted = accepted with { Most = epoch };
            store!.AcceptedEpoch = epoch;
            accepted = (epoch, epoch);
            current = current with { Most = epoch };
            store.CurrentEpoch = epoch;
            current = (epoch, epoch);
        }

        /// <summary>A leader's state, which is ahead.</summary>
        async Task InstallAsync(RestoredState state)
        {
            for (var zxid = 16; zxid <= 20; zxid++)
            {
                TransactionStore.Replay(state, StoreHarness.Transaction(zxid));
            }

            installing = 20;
            await store!.InstallSnapshotAsync(SnapshotCodec.Write(state.Tree, state.Sessions));
            installed = true;
        }

        async Task<RestoredState> OpenAsync(IDisk disk)
        {
            store = new TransactionStore(
                files, disk, new StoreOptions(Preallocation: 4096), new PauseGate(), TimeProvider.System,
                _ => ValueTask.CompletedTask, _ => { }, NullLogger.Instance);
            return await store.LoadAsync();
        }

        async Task CloseAsync()
        {
            if (store is not null)
            {
                await store.KillAsync();
                await store.DisposeAsync();
            }
        }
    }
}
