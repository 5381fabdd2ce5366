using Dashboard.Monitoring.Model;

namespace Dashboard.Addresses;

/// <summary>
/// Group ids within addresses, of pages and of REST. They may hold any character, and a path does not carry all of them: "." and ".." are
/// taken for directories, an empty one is no segment, an encoded slash is decoded by some and not by others. Such an id stands in the
/// query: "group?id=..".
/// </summary>
static class GroupAddress
{
    /// <summary>What follows the cluster in the address of a group.</summary>
    public static string Of(string id) => FitsPath(id) ? "groups/" + Uri.EscapeDataString(id) : "group?id=" + Uri.EscapeDataString(id);

    static bool FitsPath(string id) => id is not ("" or "." or "..") && !id.AsSpan().ContainsAny('/', '\\', '%');

    /// <summary>The id in the rest of a path. Servers decode everything of it but an encoded slash, so that one is decoded here.</summary>
    public static string Id(string route) => route.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// By the rest of a path, for addresses that people wrote themselves. What was escaped is tried first, then what may stand there
    /// literally.
    /// </summary>
    public static GroupInfo? Find(GroupTable table, string route) => table.Find(Id(route)) ?? table.Find(route);
}
