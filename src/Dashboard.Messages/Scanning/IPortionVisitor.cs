using Dashboard.Monitoring;
using Kafka.Protocol.Records;

namespace Dashboard.Messages.Scanning;

/// <summary>
/// Looks at the records of one portion that fit, in order and on one thread, as they were written. What it gathers counts once the portion
/// does: one that was searched when the scan ended before its turn is not part of what the scan covered.
/// </summary>
interface IPortionVisitor
{
    /// <summary>A batch whose records follow.</summary>
    /// <param name="unpacked">Bytes of its records without compression.</param>
    void Open(RecordBatch batch, int unpacked);

    void Visit(in RecordCursor record);

    void Visit(MessageView record);

    /// <summary>Called once, in the order of its partition, under the lock of the scan.</summary>
    void Count();
}
