using ZooKeeper.Protocol;
using ZooKeeper.Protocol.Messages;

namespace ZooKeeper.Server.Auth;

/// <summary>Who may do what (world, auth, digest, ip; super passes everything). Pure.</summary>
static class AclRules
{
    /// <summary>Ok or NoAuth.</summary>
    /// <param name="acl">Of the node.</param>
    /// <param name="wanted">One or more permissions: any of them is enough, as Apache takes Read | Admin for getACL.</param>
    /// <param name="identities">Of the client.</param>
    public static ZooKeeperError Check(List<ACL> acl, Perms wanted, IReadOnlyList<Id> identities)
    {
        // as Apache's ZooKeeperServer.checkACL: no list, no restriction
        if (acl.Count == 0)
        {
            return ZooKeeperError.Ok;
        }

        foreach (var identity in identities)
        {
            if (identity.Scheme == AuthSchemes.Super)
            {
                return ZooKeeperError.Ok;
            }
        }

        foreach (var entry in acl)
        {
            if (((Perms)entry.Perms & wanted) != 0 && Matches(entry.Id, identities))
            {
                return ZooKeeperError.Ok;
            }
        }

        return ZooKeeperError.NoAuth;
    }

    /// <summary>
    /// Makes the ACL that a client asked for into the one to store: duplicates go, "auth" becomes every identity the client proved. Null
    /// when it is not valid: empty, an unknown scheme, an id that its scheme does not know, or "auth" without an identity (InvalidAcl).
    /// </summary>
    public static List<ACL>? Fix(IReadOnlyList<ACL>? asked, IReadOnlyList<Id> identities, bool digestEnabled = true)
    {
        var fixedAcl = new List<ACL>();
        foreach (var entry in asked ?? [])
        {
            if (fixedAcl.Exists(a => IsSame(a, entry)))
            {
                continue;
            }

            switch (entry.Id.Scheme)
            {
                case AuthSchemes.World when entry.Id.Value == AuthSchemes.Anyone:
                    fixedAcl.Add(entry);
                    break;
                case AuthSchemes.Auth:
                    var proved = identities.Where(i => i.Scheme is AuthSchemes.Digest or AuthSchemes.Super).ToList();
                    if (proved.Count == 0)
                    {
                        return null;
                    }

                    proved.ForEach(i => fixedAcl.Add(new ACL { Perms = entry.Perms, Id = i }));
                    break;
                case AuthSchemes.Digest when digestEnabled && entry.Id.Value.Count(c => c == ':') == 1:
                    fixedAcl.Add(entry);
                    break;
                case AuthSchemes.Ip when IpRange.TryParse(entry.Id.Value, out _):
                    fixedAcl.Add(entry);
                    break;
                default:
                    return null;
            }
        }

        return fixedAcl.Count == 0 ? null : fixedAcl;
    }

    static bool Matches(Id id, IReadOnlyList<Id> identities)
    {
        if (id.Scheme == AuthSchemes.World)
        {
            return id.Value == AuthSchemes.Anyone;
        }

        foreach (var identity in identities)
        {
            if (identity.Scheme != id.Scheme)
            {
                continue;
            }

            if (id.Scheme == AuthSchemes.Ip
                ? IpRange.TryParse(id.Value, out var range) && range.Contains(identity.Value)
                : identity.Value == id.Value)
            {
                return true;
            }
        }

        return false;
    }

    static bool IsSame(ACL a, ACL b) => a.Perms == b.Perms && a.Id.Scheme == b.Id.Scheme && a.Id.Value == b.Id.Value;
}
