using Dashboard.Monitoring.Model;

namespace Dashboard.Api;

/// <summary>
/// Group ids within addresses, of pages and of REST. They may hold any character; the routes take all that follows "groups/". Servers decode everything of a
/// path but an encoded slash, so that one is decoded here.
/// </summary>
static class GroupAddress
{
    public static string Escape(string id) => Uri.EscapeDataString(id);

    public static string Id(string route) => route.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);

    /// <summary>The second try is for an id in which "%2F" stands literally: the router of the pages decodes that as well.</summary>
    public static GroupInfo? Find(GroupTable table, string route) => table.Find(Id(route)) ?? table.Groups.FirstOrDefault(group => Id(group.GroupId) == Id(route));
}
