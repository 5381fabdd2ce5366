using System.Text;
using ZooKeeper.Protocol;
using ZooKeeper.Protocol.Messages;
using ZooKeeper.Server.Auth;
using ZooKeeper.Server.Tree;

namespace ZooKeeper.Server.Commands.Http;

/// <summary>
/// Who may run a command that Apache protects (ZOOKEEPER-4639): the header Authorization, "digest user:password" or "ip", has to prove an
/// identity that may do everything with the root znode. On the server loop.
/// </summary>
static class AdminAccess
{
    static readonly Perms[] All = [Perms.Read, Perms.Write, Perms.Create, Perms.Delete, Perms.Admin];

    /// <returns>Null when it may run.</returns>
    public static AdminAnswer? Refusal(string command, AdminRequest request, ServerView view)
    {
        if (request.Authorization is not { } header)
        {
            return AdminAnswer.Refused(command, "Auth info is missing for the command", 401);
        }

        if (Identities(header, request, view.Config) is not { Count: > 0 } identities)
        {
            return AdminAnswer.Refused(command, "Not authenticated", 401);
        }

        var acl = view.Core.Tree.AclOf(view.Core.Tree.Find(SpecialPaths.Root)!);
        // one by one: of several permissions, Check takes any as enough
        return All.All(p => AclRules.Check(acl, p, identities) == ZooKeeperError.Ok)
            ? null
            : AdminAnswer.Refused(command, "Not authorized", 403);
    }

    static IReadOnlyList<Id>? Identities(string header, AdminRequest request, ZooKeeperConfig config)
    {
        var parts = header.Split(' ');
        return parts switch
        {
            [AuthSchemes.Ip] or [AuthSchemes.Ip, _] => [new Id { Scheme = AuthSchemes.Ip, Value = request.Remote.ToString() }],
            [var scheme, var credentials] => AuthSchemes.Authenticate(
                scheme, Encoding.UTF8.GetBytes(credentials), config.SuperDigest, config.DigestAuthenticationEnabled),
            _ => null,
        };
    }
}
