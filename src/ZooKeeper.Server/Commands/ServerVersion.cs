using System.Globalization;
using System.Reflection;

namespace ZooKeeper.Server.Commands;

/// <summary>
/// The line that exporters and clients parse: the version of Apache ZooKeeper that this server is compatible with, then who it is.
/// </summary>
static class ServerVersion
{
    public static string Full { get; } = Make();

    static string Make()
    {
        var assembly = typeof(ServerVersion).Assembly;
        var version = assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";
        var built = assembly.Location is { Length: > 0 } path ? File.GetLastWriteTimeUtc(path) : DateTime.UnixEpoch;
        return string.Create(CultureInfo.InvariantCulture, $"3.9.5-castellan-{version}, built on {built:yyyy-MM-dd HH:mm} UTC");
    }
}
