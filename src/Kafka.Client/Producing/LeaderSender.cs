using Kafka.Protocol;

namespace Kafka.Client.Producing;

/// <summary>
/// Sends to one leader, one request at a time: batches of other partitions that come meanwhile go together in the next. Thread safe: what
/// waits is behind one lock, nothing is awaited within it.
/// </summary>
sealed class LeaderSender(KafkaCluster cluster, int leader, ProducerOptions options, string? transactionalId)
{
    readonly Lock gate = new();
    readonly Queue<Waiting> waiting = new(); // limited by the partitions, each of which sends one batch at a time
    bool isSending;

    /// <param name="patience">Of this batch; those that go with it may make it a little longer.</param>
    /// <exception cref="KafkaException">As of a request; <see cref="KafkaException.MayHaveHappened"/> says whether it was sent.</exception>
    public Task<ProducedPartition> SendAsync(ProducedBatch batch, TimeSpan patience)
    {
        var one = new Waiting(batch, patience, new(TaskCreationOptions.RunContinuationsAsynchronously));
        lock (gate)
        {
            waiting.Enqueue(one);
            if (isSending)
            {
                return one.Answer.Task;
            }

            isSending = true;
        }

        _ = Task.Run(SendWaitingAsync);
        return one.Answer.Task;
    }

    async Task SendWaitingAsync()
    {
        while (Next() is { Count: > 0 } batches)
        {
            try
            {
                var answers = await cluster.ProduceAsync(
                    leader, [.. batches.Select(one => one.Batch)], options, transactionalId, batches.Max(one => one.Patience))
                    .ConfigureAwait(false);
                foreach (var one in batches)
                {
                    one.Answer.SetResult(answers.TryGetValue(one.Batch.Partition, out var answer)
                        ? answer
                        : new(ErrorCode.UnknownServerError, $"The answer leaves {one.Batch.Partition} out.", -1, -1));
                }
            }
            catch (Exception e)
            {
                // whatever it is: who waits must not wait for ever
                batches.ForEach(one => one.Answer.SetException(e));
            }
        }
    }

    List<Waiting> Next()
    {
        lock (gate)
        {
            var (next, bytes) = (new List<Waiting>(), 0L);
            while (waiting.TryPeek(out var one) && (next.Count == 0 || bytes + one.Batch.Bytes.Length <= options.MaxRequestBytes))
            {
                next.Add(waiting.Dequeue());
                bytes += one.Batch.Bytes.Length;
            }

            isSending = next.Count > 0;
            return next;
        }
    }

    sealed record Waiting(ProducedBatch Batch, TimeSpan Patience, TaskCompletionSource<ProducedPartition> Answer);
}
