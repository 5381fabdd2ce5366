using System.Collections.Immutable;
using Dashboard.Messages.Bytes;
using Dashboard.Messages.Scanning;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Access;
using Wire;

namespace Dashboard.Messages.Jobs.Transfers;

/// <summary>A piece of the range, from its beginning.</summary>
/// <param name="Left">What is left after it.</param>
public sealed record SourceBatch(ImmutableArray<MessageView> Records, ImmutableSortedDictionary<int, OffsetRange> Left);

/// <summary>
/// Reads a fixed range in batches, in order within each partition. What cannot be read is never passed over: it is the reason why the job
/// ends there.
/// </summary>
sealed class SourceReader(IMessageScanner scanner, IClusterMonitor cluster, ScanQuery query, TimeProvider time)
{
    const int MostRecords = 5_000, MostBytes = 4 << 20;

    /// <summary>
    /// A filter that few records fit must not keep what was found waiting, nor the position. Of a cluster that answers slower than this the
    /// first answer is waited for.
    /// </summary>
    static readonly TimeSpan longest = TimeSpan.FromSeconds(2);

    /// <param name="most">Records, where fewer are wanted.</param>
    public async Task<SourceBatch> ReadAsync(
        ImmutableSortedDictionary<int, OffsetRange> left, Actor actor, int? most, CancellationToken cancellationToken)
    {
        var asked = query with
        {
            From = ScanBound.Oldest,
            To = null,
            Limit = Math.Min(most ?? MostRecords, MostRecords),
            Continue = new ScanPosition(left.Where(one => one.Value.Length > 0).ToImmutableSortedDictionary()),
        };
        using var stop = new CancellationTokenSource();
        var began = time.GetTimestamp();
        var records = ImmutableArray.CreateBuilder<MessageView>();
        var bytes = 0L;
        ScanProgress? end = null;
        await foreach (var step in scanner.ScanAsync(cluster, asked, actor, stop.Token, cancellationToken).ConfigureAwait(false))
        {
            records.AddRange(step.Found.Select(found => found.Message));
            bytes += step.Found.Sum(found => (long)found.Message.KeyLength + found.Message.ValueLength);
            if (bytes >= MostBytes || (step.Progress.Looked > 0 && time.GetElapsedTime(began) > longest))
            {
                // a stop, not the end: what was read up to here is a whole batch
                await stop.CancelAsync().ConfigureAwait(false);
            }

            end = step.Progress;
        }

        // before anything is written: a batch with a hole would be taken for whole by the checkpoint
        Require(end!, left);
        return new SourceBatch(records.ToImmutable(), end!.Next?.Left ?? ImmutableSortedDictionary<int, OffsetRange>.Empty);
    }

    /// <exception cref="TransientFaultException">Something of the range cannot be read now.</exception>
    /// <exception cref="JobFaultException">It cannot be read, is not there, or is broken, and stays so.</exception>
    void Require(ScanProgress end, ImmutableSortedDictionary<int, OffsetRange> left)
    {
        foreach (var one in end.Partitions)
        {
            var where = $"{query.Topic}-{one.Partition}";
            if (one.Error is { } error)
            {
                var why = CodedText.Of("unread", $"{where} cannot be read: {JobReasons.Of(error)}");
                throw TransientFaults.Is(error) ? new TransientFaultException(why) : new JobFaultException(why);
            }

            if (one.Unreadable is [var lost, ..])
            {
                throw new JobFaultException(CodedText.Of(
                    "offsetsUnread",
                    $"{where}: offsets {lost.First} to {lost.Last} cannot be read: {lost.Why}"));
            }

            if (one.Registry is { } registry)
            {
                var why = CodedText.Of(
                    "undecoded", $"{where}: records cannot be decoded, into which the filter looks: {registry.Message}");
                throw TransientFaults.Is(registry) ? new TransientFaultException(why) : new JobFaultException(why);
            }

            var asked = left[one.Partition];
            if (one.Range.To < asked.To)
            {
                throw new JobFaultException(CodedText.Of(
                    "cut",
                    $"{where} ends at {one.Range.To} and had records up to {asked.To} when the job began: it was cut, or made anew."));
            }
        }
    }
}
