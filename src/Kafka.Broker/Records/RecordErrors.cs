using Kafka.Protocol;

namespace Kafka.Broker.Records;

/// <summary>Why one record of a batch was refused (KIP-467). The index counts from the batch's first record.</summary>
readonly record struct RecordError(int Index, string Message)
{
    /// <summary>As Java's clients show it.</summary>
    public override string ToString() => $"RecordError(batchIndex={Index}, message='{Message}')";
}

/// <summary>
/// Collects the culprits of a batch. They are reported one by one so that a producer fails these records alone and sends the others again.
/// Beyond <see cref="Most"/> they are counted and not named: a small compressed batch may hold millions.
/// </summary>
sealed class RecordErrors
{
    public const int Most = 10_000;
    List<RecordError>? errors; // most batches have none
    int count;
    bool timestamps;

    public IReadOnlyList<RecordError> Culprits => errors ?? [];

    public void Add(int index, ErrorCode code, string message)
    {
        timestamps |= code == ErrorCode.InvalidTimestamp;
        if (count++ < Most)
        {
            (errors ??= []).Add(new RecordError(index, message));
        }
    }

    /// <summary>The batch's own error, None when no record was refused.</summary>
    public (ErrorCode Error, string? Message) Verdict() =>
        count == 0 ? (ErrorCode.None, null)
        : timestamps ? (ErrorCode.InvalidTimestamp, "One or more records have been rejected due to invalid timestamp")
        : (ErrorCode.InvalidRecord,
            $"One or more records have been rejected due to {count} record errors in total, "
            + $"and only showing the first three errors at most: [{string.Join(", ", Culprits.Take(3))}]");
}
