using System.Collections.Immutable;
using Dashboard.Messages.Bytes;
using Dashboard.Messages.Jobs;
using Dashboard.Messages.Jobs.Transfers;
using Dashboard.Monitoring;
using Wire;

namespace Dashboard.Messages.Tests.Jobs;

/// <summary>Where a program can be killed around a batch.</summary>
public enum Crash
{
    None,

    /// <summary>The batch was written ahead in the job's file and nothing of it was sent.</summary>
    BeforeWriting,

    /// <summary>Some of it was sent.</summary>
    Within,

    /// <summary>All of it is there, and the job's file does not say so.</summary>
    AfterWriting,
}

/// <summary>Real writers whose program dies at a write, as often as a test says: nothing is tidied up then.</summary>
public sealed class FragileWriters(IBatchWriters real) : IBatchWriters
{
    /// <summary>One for each write that follows; none when it is empty.</summary>
    public Queue<Crash> Crashes { get; } = [];

    /// <summary>The program lives on and says that it could not write for a moment's reason.</summary>
    public bool IsOfAMoment { get; set; }

    /// <summary>Not there again once the job has gone on: a dead program closes nothing.</summary>
    public List<IBatchWriter> Dead { get; } = [];

    public Task<bool> HasTransactionsAsync(IClusterMonitor cluster, CancellationToken cancellationToken) =>
        real.HasTransactionsAsync(cluster, cancellationToken);

    public async Task<IBatchWriter> OpenAsync(
        IClusterMonitor cluster, TransferRequest request, string job, CancellationToken cancellationToken) =>
        new Fragile(this, await real.OpenAsync(cluster, request, job, cancellationToken));

    sealed class Fragile(FragileWriters owner, IBatchWriter real) : IBatchWriter
    {
        bool isDead;

        public Task<SettledBatch> SettleAsync(TransferState state, CancellationToken cancellationToken) =>
            real.SettleAsync(state, cancellationToken);

        public Task<ImmutableSortedDictionary<string, ImmutableArray<long>>> PrepareAsync(
            IEnumerable<string> topics, CancellationToken cancellationToken) => real.PrepareAsync(topics, cancellationToken);

        public async Task WriteAsync(TransferState state, IReadOnlyList<RecordToWrite> records)
        {
            var crash = owner.Crashes.TryDequeue(out var next) ? next : Crash.None;
            if (crash == Crash.Within)
            {
                await real.WriteAsync(state, [.. records.Take(records.Count / 2)]);
            }
            else if (crash != Crash.BeforeWriting)
            {
                await real.WriteAsync(state, records);
            }

            if (crash != Crash.None)
            {
                isDead = true;
                owner.Dead.Add(real);
                throw owner.IsOfAMoment
                    ? new TransientFaultException(CodedText.Plain($"away: {crash}"))
                    : new InvalidOperationException($"killed: {crash}");
            }
        }

        public Task ForgetAsync() => real.ForgetAsync();

        public ValueTask DisposeAsync() => isDead ? ValueTask.CompletedTask : real.DisposeAsync();
    }
}
