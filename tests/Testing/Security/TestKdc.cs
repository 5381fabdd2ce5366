using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Testing.Security;

/// <summary>
/// MIT's Kerberos (Debian: krb5-kdc) with a realm of its own on loopback. A test that needs it is skipped where it is not installed; it
/// may be unpacked anywhere on the PATH.
/// </summary>
public sealed class TestKdc : IAsyncDisposable
{
    public const string Realm = "CASTELLAN.TEST";

    readonly TempDirectory directory = new();
    readonly int port = FreePorts.Take(1)[0];
    Process? process;

    TestKdc()
    {
    }

    /// <summary>krb5.conf, for Java and for the library.</summary>
    public string Configuration => directory["krb5.conf"];

    string KdcConfiguration => directory["kdc.conf"];

    public static async Task<TestKdc> StartAsync()
    {
        var program = External.RequireProgram("krb5kdc");
        var kdc = new TestKdc();
        try
        {
            await kdc.ConfigureAsync(Path.GetDirectoryName(program)!);
            await RunAsync("kdb5_util", kdc, "create", "-s", "-P", "master", "-r", Realm);
            kdc.process = Process.Start(kdc.Start(program, "-n", "-P", kdc.directory["pid"]))!;
            await Eventually.TrueAsync(
                async () =>
                {
                    using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                    await socket.ConnectAsync(IPAddress.Loopback, kdc.port);
                    return true;
                },
                "the KDC listens");
            return kdc;
        }
        catch
        {
            await kdc.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes a principal, and returns a keytab of it.</summary>
    public async Task<string> KeytabAsync(string principal)
    {
        var keytab = directory[principal.Replace('/', '_') + ".keytab"];
        await RunAsync("kadmin.local", this, "-q", $"addprinc -randkey {principal}");
        await RunAsync("kadmin.local", this, "-q", $"ktadd -k {keytab} {principal}");
        return keytab;
    }

    public async ValueTask DisposeAsync()
    {
        if (process is not null)
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }

        directory.Dispose();
    }

    async Task ConfigureAsync(string programs)
    {
        var plugins = new DirectoryInfo(Path.Combine(programs, "..", "lib"))
            .EnumerateDirectories("kdb", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 4 })
            .FirstOrDefault(found => found.Parent?.Name == "plugins");
        await File.WriteAllTextAsync(Configuration, $$"""
            [libdefaults]
             default_realm = {{Realm}}
             dns_lookup_kdc = false
             dns_lookup_realm = false
             dns_canonicalize_hostname = false
             rdns = false
             udp_preference_limit = 1
            [realms]
             {{Realm}} = {
              kdc = 127.0.0.1:{{port}}
             }
            [dbmodules]
             {{(plugins is null ? "" : $"db_module_dir = {plugins.FullName}")}}

            """);
        await File.WriteAllTextAsync(KdcConfiguration, $$"""
            [kdcdefaults]
             kdc_listen = 127.0.0.1:{{port}}
             kdc_tcp_listen = 127.0.0.1:{{port}}
            [realms]
             {{Realm}} = {
              database_name = {{directory["principal"]}}
              key_stash_file = {{directory["stash"]}}
              acl_file = {{directory["acl"]}}
             }
            [logging]
             kdc = FILE:{{directory["kdc.log"]}}

            """);
    }

    ProcessStartInfo Start(string program, params string[] arguments) => new(program, arguments)
    {
        Environment = { ["KRB5_CONFIG"] = Configuration, ["KRB5_KDC_PROFILE"] = KdcConfiguration },
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    };

    static async Task RunAsync(string name, TestKdc kdc, params string[] arguments)
    {
        using var process = Process.Start(kdc.Start(External.RequireProgram(name), arguments))!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{name}: {await output}{await error}");
        }
    }
}
