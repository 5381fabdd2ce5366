using Testing;
using Wire;
using ZooKeeper.Protocol;
using ZooKeeper.Protocol.Messages;
using ZooKeeper.Server.Storage;
using ZooKeeper.Server.Tests.Support;
using ZooKeeper.Server.Transactions;

namespace ZooKeeper.Server.Tests.Storage;

/// <summary>A store in a directory of its own, opened as often as a test wants.</summary>
sealed class StoreHarness : IAsyncDisposable
{
    readonly TempDirectory directory = new();

    public StoreHarness() => Files = new StoreFiles(directory.Path, directory.Path);

    public FailingDisk Disk { get; } = new();

    public StoreFiles Files { get; }

    public LogLines Log { get; } = new();

    /// <summary>Bytes that may wait for the disk.</summary>
    public long Backlog { get; init; } = 1 << 20;

    public Exception? Failure { get; private set; }

    public long Durable { get; private set; }

    public TransactionStore Store { get; private set; } = null!;

    /// <summary>Opens and loads.</summary>
    public async Task<RestoredState> OpenAsync()
    {
        Store = new TransactionStore(
            Files,
            Disk,
            new StoreOptions(SnapCount: 1000, Preallocation: 1 << 16, Backlog),
            new PauseGate(),
            TimeProvider.System,
            action =>
            {
                action();
                return ValueTask.CompletedTask;
            },
            e => Failure = e,
            Log)
        {
            Durable = zxid => Durable = zxid,
        };
        return await Store.LoadAsync();
    }

    public async Task<RestoredState> ReopenAsync()
    {
        await Store.DisposeAsync();
        return await OpenAsync();
    }

    /// <summary>Appends creations of /n1, /n2 … with these zxids.</summary>
    public void Append(params IEnumerable<long> zxids)
    {
        foreach (var zxid in zxids)
        {
            Store.Append(Transaction(zxid));
        }
    }

    public static Proposal Transaction(long zxid) => Proposal.Create(
        new TxnHeader { ClientId = 1, Cxid = (int)zxid, Zxid = zxid, Time = 10, Type = (int)OpCode.Create },
        new CreateTxn { Path = $"/n{zxid}", Data = new byte[20], Acl = [.. Acls.Open], Ephemeral = false, ParentCVersion = (int)zxid });

    /// <summary>The newest log file.</summary>
    public string LogPath => Files.ListLogs()[^1].Path;

    public static IEnumerable<long> Created(RestoredState state) =>
        state.Tree.Find("/")!.Children
            .Where(c => c[0] == 'n')
            .Select(c => long.Parse(c.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture))
            .Order();

    public async ValueTask DisposeAsync()
    {
        Disk.IsFull = false;
        Disk.Release();
        await Store.DisposeAsync();
        directory.Dispose();
    }
}
