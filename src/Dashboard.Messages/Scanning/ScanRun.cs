using System.Threading.Channels;
using Dashboard.Monitoring.Messages;
using Dashboard.Monitoring.Model;
using Kafka.Client;

namespace Dashboard.Messages.Scanning;

/// <summary>The work behind a scan: loops that ask leaders, and threads that search what they answer. All of it ends with it.</summary>
sealed class ScanRun(ClusterData data, ScanQuery query, Scan scan, PortionSearch search) : IAsyncDisposable
{
    /// <summary>While one answer is under way or taken in, another is asked for.</summary>
    const int LoopsOfLeader = 2;

    /// <summary>How often a partition's leader is looked for; the pauses double.</summary>
    const int MostMoves = 6;

    static readonly TimeSpan firstPause = TimeSpan.FromMilliseconds(200);

    /// <summary>What it holds is limited by <see cref="Scan"/>, which asks for no more.</summary>
    readonly Channel<Portion> portions = Channel.CreateUnbounded<Portion>(); // bounded by Scan: it asks for no more than MostUnsearched
    readonly CancellationTokenSource ended = new();
    readonly Lock gate = new();
    readonly Dictionary<int, Task> loops = [];
    Task workers = Task.CompletedTask;

    public void Start(IEnumerable<int> leaders)
    {
        workers = Task.WhenAll(Enumerable.Range(0, Environment.ProcessorCount).Select(_ => Task.Run(SearchAsync)));
        foreach (var leader in leaders)
        {
            Ask(leader);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await ended.CancelAsync().ConfigureAwait(false);
        portions.Writer.TryComplete();
        Task[] asking;
        lock (gate)
        {
            asking = [.. loops.Values];
        }

        await Task.WhenAll([workers, .. asking]).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        ended.Dispose();
    }

    void Ask(int leader)
    {
        lock (gate)
        {
            // a leader that came with a move has no loop yet
            if (!ended.IsCancellationRequested && !loops.ContainsKey(leader))
            {
                loops[leader] = Task.WhenAll(Enumerable.Range(0, LoopsOfLeader).Select(_ => Task.Run(() => AskAsync(leader))));
            }
        }
    }

    async Task AskAsync(int leader)
    {
        try
        {
            var one = new LeaderScan(data, leader, query, scan, portion => portions.Writer.TryWrite(portion), MoveAsync);
            await one.RunAsync(ended.Token).ConfigureAwait(false);
        }
        catch (Exception fault) when (!ended.IsCancellationRequested)
        {
            scan.Break(fault);
        }
    }

    async Task SearchAsync()
    {
        try
        {
            await foreach (var portion in portions.Reader.ReadAllAsync(ended.Token).ConfigureAwait(false))
            {
                // backwards the wanted ones are the last of a portion: all of it has to be searched
                var enough = query.NewestFirst ? int.MaxValue : scan.Enough;
                scan.Settle(portion, await search.SearchAsync(portion, enough, ended.Token).ConfigureAwait(false));
            }
        }
        catch (Exception fault) when (!ended.IsCancellationRequested)
        {
            scan.Break(fault);
        }
    }

    /// <summary>Leaders move, and brokers restart: a partition fails only when it was looked for in vain for some time.</summary>
    async Task MoveAsync(int partition, SectionError error, CancellationToken cancellationToken)
    {
        while (scan.MayMove(partition, MostMoves, out var times))
        {
            // 0.2 s to 6.4 s: an election lasts as long as the dead broker's session, mostly below 10 s
            await Task.Delay(firstPause * (1 << (times - 1)), data.Time, cancellationToken).ConfigureAwait(false);
            try
            {
                var metadata = await data.Kafka.MetadataAsync([query.Topic], cancellationToken).ConfigureAwait(false);
                var found = metadata.Topics.SelectMany(t => t.Partitions).FirstOrDefault(p => p.PartitionIndex == partition);
                if (found is { LeaderId: >= 0 and var leader })
                {
                    scan.Move(partition, leader);
                    Ask(leader);
                    return;
                }
            }
            catch (KafkaException)
            {
                // not to be learned now; the reason that is shown is the first one
            }
        }

        scan.Fail([partition], error);
    }
}
