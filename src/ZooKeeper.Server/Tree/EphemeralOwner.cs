namespace ZooKeeper.Server.Tree;

enum OwnerKind
{
    /// <summary>A persistent node.</summary>
    None,

    /// <summary>An ephemeral node: the value is its session.</summary>
    Session,
    Container,
    Ttl,
}

/// <summary>
/// What the stored ephemeralOwner says (org.apache.zookeeper.server.EphemeralType). A time to live has 0xff, two bytes of 0 and forty bits
/// of ms. The sessions of a server with the id 255 begin with 0xff as well, but their next two bytes are a time.
/// </summary>
static class EphemeralOwner
{
    public const long Container = long.MinValue;

    const long TtlMark = unchecked((long)0xff00000000000000);
    const long TtlMask = 0x000000ffffffffff;

    public const long MaxTtl = TtlMask;

    public static OwnerKind Kind(long owner) => owner switch
    {
        0 => OwnerKind.None,
        Container => OwnerKind.Container,
        _ when (owner & ~TtlMask) == TtlMark => OwnerKind.Ttl,
        _ => OwnerKind.Session,
    };

    /// <param name="ttl">ms, 1 to <see cref="MaxTtl"/>.</param>
    public static long OfTtl(long ttl) => TtlMark | ttl;

    /// <summary>The time to live in ms of an owner of kind Ttl.</summary>
    public static long Ttl(long owner) => owner & TtlMask;
}
