using Kafka.Protocol;

namespace Kafka.Broker.Groups;

/// <summary>Where the machine keeps what must outlive the coordinator.</summary>
interface IGroupStore
{
    /// <summary>
    /// Stores the group with these assignments (member id to bytes) and calls back on the coordinator's loop, once the ISR has the record
    /// or it is known that it will not.
    /// </summary>
    void Store(ClassicGroup group, IReadOnlyDictionary<string, byte[]> assignments, Action<ErrorCode> done);
}
