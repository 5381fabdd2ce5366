using Kafka.Protocol;

namespace Kafka.Client.Producing;

/// <summary>
/// Sends to one leader, one request at a time: batches of other partitions that come meanwhile go together in the next. Thread safe.
/// </summary>
sealed class LeaderSender(KafkaCluster cluster, int leader, ProducerOptions options, string? transactionalId)
{
    readonly BatchQueue<Waiting> waiting = new(options.MaxRequestBytes, one => one.Batch.Bytes.Length);

    /// <param name="patience">Of this batch; those that go with it may make it a little longer.</param>
    /// <exception cref="KafkaException">As of a request; <see cref="KafkaException.MayHaveHappened"/> says whether it was sent.</exception>
    public Task<ProducedPartition> SendAsync(ProducedBatch batch, TimeSpan patience)
    {
        var one = new Waiting(batch, patience, new(TaskCreationOptions.RunContinuationsAsynchronously));
        if (waiting.Add(one))
        {
            _ = Task.Run(SendWaitingAsync);
        }

        return one.Answer.Task;
    }

    async Task SendWaitingAsync()
    {
        while (waiting.Next() is { Count: > 0 } batches)
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

    sealed record Waiting(ProducedBatch Batch, TimeSpan Patience, TaskCompletionSource<ProducedPartition> Answer);
}
