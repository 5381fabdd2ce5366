using Microsoft.Extensions.Logging;

namespace Kafka.Broker.Controller;

/// <summary>All that lives for one term of office: from being elected to resigning. Owned by the controller's loop.</summary>
sealed class ControllerTerm : IAsyncDisposable
{
    readonly CancellationTokenSource ended = new();

    public ControllerTerm(
        int epoch, ControllerOptions options, ControllerStore store, IBrokerChannels channels, IControlAnswers answers, ILogger logger)
    {
        Context = new ControllerContext { Epoch = epoch };
        Channels = channels;
        Batch = new RequestBatch(Context, channels, options.BrokerId, options.InterBrokerListener, answers);
        Leaders = new PartitionLeaders(Context, store, Batch, options.UncleanElection, logger);
        Deletion = new TopicDeletion(Context, store, Batch, logger);
        Reassignments = new Reassignments(Context, store, Leaders, Deletion, Batch, logger);
    }

    public ControllerContext Context { get; }

    public IBrokerChannels Channels { get; }

    public RequestBatch Batch { get; }

    public PartitionLeaders Leaders { get; }

    public TopicDeletion Deletion { get; }

    public Reassignments Reassignments { get; }

    /// <summary>Cancelled when the term ends.</summary>
    public CancellationToken Ended => ended.Token;

    /// <summary>Ends the term at once; queued requests are dropped.</summary>
    public void Abort()
    {
        ended.Cancel();
        Channels.Abort();
    }

    public async ValueTask DisposeAsync()
    {
        await ended.CancelAsync().ConfigureAwait(false);
        await Channels.DisposeAsync().ConfigureAwait(false);
    }
}
