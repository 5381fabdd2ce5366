using ZooKeeper.Protocol.Messages;
using ZooKeeper.Server.Tree;

namespace ZooKeeper.Server.Preparation;

/// <summary>What a node will be once the transaction <paramref name="Zxid"/> is applied: as much of it as checks need.</summary>
/// <param name="Zxid">Of the last outstanding change; -1 for a node as it is in the tree.</param>
/// <param name="Path">Whose.</param>
/// <param name="Exists">False: deleted.</param>
/// <param name="Version">Of the data.</param>
/// <param name="Cversion">Children ever created: the number of the next sequential child.</param>
/// <param name="Aversion">Of the ACL.</param>
/// <param name="EphemeralOwner">As in Stat.</param>
/// <param name="Children">How many.</param>
/// <param name="Acl">Who may what.</param>
/// <param name="DataLength">Bytes of its data.</param>
sealed record ChangeRecord(
    long Zxid,
    string Path,
    bool Exists,
    int Version,
    int Cversion,
    int Aversion,
    long EphemeralOwner,
    int Children,
    List<ACL> Acl,
    int DataLength);
