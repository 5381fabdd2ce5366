using ZooKeeper.Protocol.Messages;

namespace ZooKeeper.Protocol;

/// <summary>The usual lists (ZooDefs.Ids). Each call makes a new one, since the records can be changed.</summary>
public static class Acls
{
    public static Id Anyone => new() { Scheme = "world", Value = "anyone" };

    /// <summary>The identities that the session is authenticated as when it creates the node.</summary>
    public static Id Creator => new() { Scheme = "auth", Value = "" };

    /// <summary>Everything for every client.</summary>
    public static IReadOnlyList<ACL> Open => [new ACL { Perms = (int)Perms.All, Id = Anyone }];

    /// <summary>Everything for the creator's identities and nothing for others.</summary>
    public static IReadOnlyList<ACL> CreatorAll => [new ACL { Perms = (int)Perms.All, Id = Creator }];

    public static IReadOnlyList<ACL> ReadOnly => [new ACL { Perms = (int)Perms.Read, Id = Anyone }];
}
