using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace ZooKeeper.Server.Commands;

/// <summary>envi: the keys that mean something outside Java.</summary>
static class Environment
{
    public static IEnumerable<KeyValuePair<string, object>> Values()
    {
        yield return new("zookeeper.version", ServerVersion.Full);
        yield return new("host.name", System.Net.Dns.GetHostName());
        yield return new("dotnet.version", System.Environment.Version.ToString());
        yield return new("os.name", OperatingSystem.IsLinux() ? "Linux" : RuntimeInformation.OSDescription);
        yield return new("os.arch", RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant());
        yield return new("os.version", System.Environment.OSVersion.Version.ToString());
        yield return new("user.name", System.Environment.UserName);
        yield return new("user.dir", System.Environment.CurrentDirectory);
        yield return new("os.memory.total", $"{GC.GetGCMemoryInfo().TotalCommittedBytes >> 20}MB");
    }

    public static string Text()
    {
        var text = new StringBuilder("Environment:\n");
        foreach (var (key, value) in Values())
        {
            text.Append(CultureInfo.InvariantCulture, $"{key}={value}\n");
        }

        return text.ToString();
    }
}
