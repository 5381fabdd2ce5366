using System.Globalization;
using System.Net.Sockets;

namespace Wire.Ports;

/// <summary>The process that has a port, as far as this user may know: Linux shows those of a user's own processes (proc(5)).</summary>
/// <param name="Name">As the system knows it: "java".</param>
/// <param name="OnlyReserved">It listens on it at times: see <see cref="PortReservation"/>.</param>
public sealed record PortHolder(int ProcessId, string Name, bool OnlyReserved)
{
    /// <summary>The state of a socket that listens, in the kernel's tables.</summary>
    const string Listens = "0A";

    /// <summary>"process 4711 (java)".</summary>
    public override string ToString() => $"process {ProcessId.ToString(CultureInfo.InvariantCulture)} ({Name})";

    /// <summary>Null: it cannot be told. Looks at every process: for what is said of a failure.</summary>
    public static PortHolder? Of(int port)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        try
        {
            return Listener(port) is { } listener ? Owner(listener, onlyReserved: false)
                : Reserved(port) is { } reserved ? Owner(reserved, onlyReserved: true)
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Why a port cannot be listened on, with whoever has it.</summary>
    public static string Problem(SocketException failure, int port) =>
        failure.SocketErrorCode == SocketError.AddressAlreadyInUse && Of(port) is { } holder
            ? $"{failure.Message} (by {holder})"
            : failure.Message;

    /// <summary>The number of the socket: its local address ends with the port in hexadecimal.</summary>
    static string? Listener(int port)
    {
        var local = $":{port:X4}";
        return ((string[])["/proc/net/tcp", "/proc/net/tcp6"]).Where(File.Exists).SelectMany(File.ReadLines)
            .Select(Columns).FirstOrDefault(
                columns => columns.Length > 9 && columns[1].EndsWith(local, StringComparison.Ordinal) && columns[3] == Listens)?[9];
    }

    /// <summary>A name of the abstract namespace is shown with @ in front.</summary>
    static string? Reserved(int port)
    {
        var name = '@' + PortReservation.NameOf(port);
        return File.ReadLines("/proc/net/unix").Select(Columns).FirstOrDefault(columns => columns.Length > 7 && columns[7] == name)?[6];
    }

    static string[] Columns(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    static PortHolder? Owner(string socket, bool onlyReserved)
    {
        var link = $"socket:[{socket}]";
        var owner = Directory.EnumerateDirectories("/proc").Select(directory => Path.GetFileName(directory))
            .FirstOrDefault(id => int.TryParse(id, CultureInfo.InvariantCulture, out _) && Has(id, link));
        return owner is null ? null
            : new PortHolder(
                int.Parse(owner, CultureInfo.InvariantCulture), File.ReadAllText($"/proc/{owner}/comm").TrimEnd(), onlyReserved);
    }

    /// <summary>A process of another user shows nothing, and one may end at any moment.</summary>
    static bool Has(string process, string link)
    {
        try
        {
            return new DirectoryInfo($"/proc/{process}/fd").EnumerateFileSystemInfos().Any(file => file.LinkTarget == link);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
