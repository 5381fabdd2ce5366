using Wire;

namespace ZooKeeper.Protocol;

/// <summary>
/// A jute record: fields one after the other, big-endian, no versions and no tags. The classes are generated from Schemas.
/// </summary>
public interface IRecord
{
    void Write(WireWriter w);
}
